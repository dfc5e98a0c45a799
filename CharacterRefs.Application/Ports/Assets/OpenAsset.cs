namespace CharacterRefs.Application.Ports.Assets;

/// <summary>An asset that is being read. Disposal closes the stream and, when it was not read to its end, the connection behind it.</summary>
/// <param name="Metadata">Of the whole asset, also when a part of it was asked for.</param>
/// <param name="Content">The bytes asked for; cannot seek.</param>
/// <param name="ContentLength">How many bytes <paramref name="Content"/> gives.</param>
public sealed record OpenAsset(AssetMetadata Metadata, Stream Content, long ContentLength) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
