namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Leave to send one create; given back on disposal.</summary>
internal sealed class CreateTurn(SemaphoreSlim? turn) : IDisposable
{
    /// <summary>Others wait for this one.</summary>
    public bool IsExclusive => turn is not null;

    /// <inheritdoc/>
    public void Dispose() => turn?.Release();
}
