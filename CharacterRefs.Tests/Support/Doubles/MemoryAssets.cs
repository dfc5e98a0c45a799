using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A store that can only be read, with assets of any length that take no memory, and with assets that do not match their record.</summary>
internal sealed class MemoryAssets : IAssetStore
{
    private readonly Dictionary<AssetKey, (AssetMetadata Metadata, Func<long, long, Stream> Open)> _assets = [];
    private readonly List<(string Key, ByteSpan? Range)> _opened = [];
    private readonly List<Stream> _streams = [];

    /// <summary>What was opened, in order.</summary>
    public IReadOnlyList<(string Key, ByteSpan? Range)> Opened => _opened;

    /// <summary>The most that were open at the same time.</summary>
    public int MostOpen { get; private set; }

    /// <summary>Bytes that are there.</summary>
    /// <param name="sha256">The hash in their metadata.</param>
    /// <param name="at">When they were stored; noon by default.</param>
    public void Put(AssetKey key, byte[] bytes, ContentHash? sha256 = null, DateTimeOffset? at = null) => _assets[key] = (
        Describe(key, bytes.Length, sha256) with { LastModified = at ?? AJobAsset.Noon },
        (offset, count) => new MemoryStream(bytes, (int)offset, (int)count, writable: false));

    /// <summary>Removes an asset.</summary>
    public void Remove(AssetKey key) => _assets.Remove(key);

    /// <summary>The bytes of <see cref="PatternStream"/>.</summary>
    public void PutPattern(AssetKey key, long length) =>
        _assets[key] = (Describe(key, length, null), (offset, count) => new PatternStream(offset + count, start: offset));

    /// <summary>An asset whose bytes come from this stream, whatever is announced.</summary>
    public void PutStream(AssetKey key, long length, Func<Stream> open) => _assets[key] = (Describe(key, length, null), (_, _) => open());

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        _opened.Add((key.Value, range));
        if (!_assets.TryGetValue(key, out var asset))
        {
            return Task.FromResult<OpenAsset?>(null);
        }

        var count = range?.Within(asset.Metadata.Length) ?? asset.Metadata.Length;
        var stream = asset.Open(range?.Offset ?? 0, count);
        _streams.RemoveAll(open => !open.CanRead);
        _streams.Add(stream);
        MostOpen = Math.Max(MostOpen, _streams.Count);
        return Task.FromResult<OpenAsset?>(new OpenAsset(asset.Metadata, stream, count));
    }

    public async IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (metadata, _) in _assets.Values.Where(asset => prefix.Contains(asset.Metadata.Key)))
        {
            yield return new AssetEntry(metadata.Key, metadata.Length, metadata.LastModified);
        }

        await Task.CompletedTask;
    }

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static AssetMetadata Describe(AssetKey key, long length, ContentHash? sha256) => new(key, length, "video/mp4", sha256, AJobAsset.Noon);
}
