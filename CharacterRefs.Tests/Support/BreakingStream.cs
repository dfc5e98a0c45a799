namespace CharacterRefs.Tests.Support;

/// <summary>Gives its bytes, then fails.</summary>
internal sealed class BreakingStream(byte[] content, Exception failure, Action? beforeFailing = null) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position < Length)
        {
            return base.ReadAsync(buffer, cancellationToken);
        }

        beforeFailing?.Invoke();
        return ValueTask.FromException<int>(failure);
    }
}
