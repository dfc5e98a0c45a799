namespace CharacterRefs.Application.Streams;

/// <summary>Bytes that were read already, followed by the rest of the stream that they came from, which is not disposed.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_prefix.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var length = Math.Min(buffer.Length, _prefix.Length);
        _prefix[..length].CopyTo(buffer);
        _prefix = _prefix[length..];
        return ValueTask.FromResult(length);
    }
}
