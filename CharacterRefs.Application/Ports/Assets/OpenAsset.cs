namespace CharacterRefs.Application.Ports.Assets;

/// <summary>An asset that is being read. Disposal closes the stream and, when it was not read to its end, the connection behind it.</summary>
/// <param name="Metadata">Metadata of the whole asset, also when only a range was opened.</param>
/// <param name="Content">The opened bytes; cannot seek.</param>
/// <param name="ContentLength">Length of <paramref name="Content"/> in bytes.</param>
public sealed record OpenAsset(AssetMetadata Metadata, Stream Content, long ContentLength) : IAsyncDisposable
{
    /// <summary>Tag of the asset as it was opened, for <see cref="IAssetStore.TryReplaceAsync"/>.</summary>
    public AssetTag Tag { get; init; } = AssetTag.Unknown;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
