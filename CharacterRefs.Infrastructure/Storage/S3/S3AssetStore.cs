using System.Runtime.CompilerServices;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Read;
using CharacterRefs.Infrastructure.Storage.S3.Write;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>A store that is a bucket.</summary>
internal sealed class S3AssetStore(
    S3Reader reader,
    S3Listing listing,
    S3Writer writer,
    S3Copier copier,
    S3Remover remover,
    ConditionalWrites conditions,
    ILogger<S3AssetStore> logger) : IAssetStore
{
    private const int ReplaceAttempts = 3;
    private const int MaxBytesWithoutHead = 4 * 1024 * 1024;

    public async Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        // Not every store honours conditions, none does for all its requests, and a long body that exists already is not to be sent again.
        var isHeadFirst = !conditions.AreHonoured || content.Length > MaxBytesWithoutHead;
        while (true)
        {
            var existing = isHeadFirst ? await FindAsync(key, cancellationToken) : null;
            if (existing is null)
            {
                if (await writer.TryWriteAsync(key, content, cancellationToken))
                {
                    return SaveOutcome.Stored;
                }

                isHeadFirst = true;
            }
            else if (await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    public async Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        for (var attempt = 1; !await writer.OverwriteAsync(key, content, cancellationToken); attempt++)
        {
            var existing = await FindAsync(key, cancellationToken);
            if (existing?.MediaType == content.MediaType
                && await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken) is SaveOutcome.AlreadyStored)
            {
                return;
            }

            if (attempt == ReplaceAttempts)
            {
                throw new AssetStoreUnavailableException("The store loses uploads before they are complete.", AssetStoreFault.Unreachable);
            }
        }
    }

    public async Task<AssetTag?> TryReplaceAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken)
    {
        if (expected == AssetTag.Unknown || !writer.CanCompare(content))
        {
            await ReplaceAsync(key, content, cancellationToken);
            return AssetTag.Unknown;
        }

        try
        {
            if (await writer.TryOverwriteAsync(key, content, expected, cancellationToken) is { } tag)
            {
                return tag;
            }
        }
        catch (AssetStoreUnavailableException error) when (S3Errors.IsUnsupported(error))
        {
            conditions.RecordRejection();
            return await TryReplaceAsync(key, content, expected, cancellationToken);
        }

        // Or an earlier attempt was accepted, and its response was lost.
        await using var existing = await OpenReadAsync(key, null, cancellationToken);
        if (AssetIdentity.Matches(existing?.Metadata, content.Length, content.Sha256))
        {
            return existing!.Tag;
        }

        if ((existing?.Tag ?? AssetTag.Absent) != expected)
        {
            return null;
        }

        // The store rejects the tag that it gave: it compares another form of it.
        await ReplaceAsync(key, content, cancellationToken);
        return AssetTag.Unknown;
    }

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken) =>
        reader.OpenReadAsync(key, range, cancellationToken);

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) => reader.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    public async IAsyncEnumerable<AssetEntry> ListAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in listing.ListAsync(prefix.Value + nameStart, cancellationToken))
        {
            if (item.Asset is { } asset)
            {
                yield return asset;
            }
            else
            {
                logger.ForeignObject();
            }
        }
    }

    public IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) =>
        listing.ListAsync(prefix.Value, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(AssetKeyPrefix prefix, string? after, CancellationToken cancellationToken) =>
        listing.ListFoldersAsync(prefix.Value, after, cancellationToken);

    public async Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        while (true)
        {
            // HEAD first here too: Ceph accepts the condition but overwrites.
            var both = await Task.WhenAll(FindAsync(from, cancellationToken), FindAsync(to, cancellationToken));
            if (both[0] is not { } source)
            {
                return null;
            }

            if (both[1] is not { } existing)
            {
                if (await copier.TryCopyAsync(from, to, source.Length, isOver: false, cancellationToken))
                {
                    return SaveOutcome.Stored;
                }
            }
            else if ((source.Sha256 ?? await AssetIdentity.HashAsync(this, from, cancellationToken)) is { } sha256
                && await AssetIdentity.CompareAsync(this, existing, source.Length, sha256, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    public Task<bool> TryCopyAsync(AssetKey from, long length, AssetKey to, CancellationToken cancellationToken) =>
        copier.TryCopyAsync(from, to, length, isOver: false, cancellationToken);

    public async Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        for (var attempt = 1; await FindAsync(from, cancellationToken) is { } source; attempt++)
        {
            if (await copier.TryCopyAsync(from, to, source.Length, isOver: true, cancellationToken))
            {
                return true;
            }

            if (attempt == ReplaceAttempts)
            {
                throw new AssetStoreUnavailableException("The store finds an object that it cannot copy.", AssetStoreFault.Unreachable);
            }
        }

        return false;
    }

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken) => remover.DeleteAsync(key, cancellationToken);
}
