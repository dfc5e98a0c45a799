using System.Collections.Concurrent;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// Opens the files of archives. Before a part of one is opened, the whole was read and hashed: by the local store, which remembers it, or else here, once as
/// long as the object looks the same.
/// </summary>
public sealed class ArchiveFiles(IAssetStore store)
{
    private const int MostRemembered = 10_000;
    private const int MaxAttempts = 3;

    private readonly ConcurrentDictionary<AssetKey, State> _verified = new();

    // Large files take long: a client that leaves must not make the next one start again.
    private readonly SingleFlight<(AssetKey, ContentHash), bool> _verifications = new(isAbandonable: false);

    /// <summary>Opens a whole file, of which nothing is verified yet.</summary>
    /// <returns><c>null</c> when it is missing.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    internal Task<OpenAsset?> OpenAsync(JobAsset asset, CancellationToken cancellationToken) => store.OpenReadAsync(asset.Key, null, cancellationToken);

    /// <summary>Opens a part of a file that has the length and the bytes of the manifest; one that has not may be returned when its metadata say so.</summary>
    /// <returns><c>null</c> when it is missing.</returns>
    /// <exception cref="ArchiveBrokenException">It has other bytes.</exception>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    internal async Task<OpenAsset?> OpenPartAsync(JobAsset asset, ByteSpan range, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await store.IsDamagedAsync(asset.Key, cancellationToken))
            {
                throw ArchiveBrokenException.OtherBytes(asset.Path);
            }

            var open = await store.OpenReadAsync(asset.Key, range, cancellationToken);
            if (open is null || !AssetIdentity.Matches(open.Metadata, asset.SizeBytes, asset.Sha256, isHashRequired: false) || IsVerified(asset, open))
            {
                return open;
            }

            await open.DisposeAsync();
            if (!await _verifications.RunAsync((asset.Key, asset.Sha256), token => VerifyAsync(asset, token), cancellationToken))
            {
                throw ArchiveBrokenException.OtherBytes(asset.Path);
            }
        }

        throw new ArchiveBrokenException(asset.Path, "changed while it was read");
    }

    /// <summary>Records that a file was read to its end and has the bytes of the manifest.</summary>
    public void Remember(JobAsset asset, OpenAsset open)
    {
        if (_verified.Count >= MostRemembered)
        {
            _verified.Clear();
        }

        _verified[asset.Key] = State.Of(open, asset.Sha256);
    }

    /// <summary>Whether its bytes were compared; the local store has just compared those whose hash it recorded.</summary>
    private bool IsVerified(JobAsset asset, OpenAsset open) =>
        (store.Damaged is not null && open.Metadata.Sha256 is not null)
        || (_verified.TryGetValue(asset.Key, out var known) && known == State.Of(open, asset.Sha256));

    /// <returns>Whether it has the bytes of the manifest; also <c>true</c> when it is missing now, which opening it again finds.</returns>
    private async Task<bool> VerifyAsync(JobAsset asset, CancellationToken cancellationToken)
    {
        await using var open = await store.OpenReadAsync(asset.Key, null, cancellationToken);
        if (open is null)
        {
            return true;
        }

        if (ContentHash.FromDigest(await System.Security.Cryptography.SHA256.HashDataAsync(open.Content, cancellationToken)) != asset.Sha256)
        {
            return false;
        }

        Remember(asset, open);
        return true;
    }

    private readonly record struct State(long Length, DateTimeOffset LastModified, AssetTag Tag, ContentHash Sha256)
    {
        public static State Of(OpenAsset open, ContentHash sha256) => new(open.Metadata.Length, open.Metadata.LastModified, open.Tag, sha256);
    }
}
