using System.Globalization;
using System.Runtime.CompilerServices;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Write;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>A store that is a bucket. The hash of each asset is kept in the object's own metadata.</summary>
internal sealed class S3AssetStore(
    IAmazonS3 client, S3Pipeline pipeline, S3Writer writer, S3Copier copier, S3StoreOptions options, TimeProvider clock, ILogger<S3AssetStore> logger) : IAssetStore
{
    private const string UnknownMediaType = "application/octet-stream";
    private const int ReplaceAttempts = 3;
    private const int SentWithoutLook = 4 * 1024 * 1024;
    private static readonly TimeSpan s_bucketMemory = TimeSpan.FromSeconds(30);

    private long? _bucketSeenAt;

    /// <inheritdoc/>
    public async Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        // Not every store keeps to conditions, none does for all its requests, and a long body that is there already is not to be sent again.
        var isLookedAtFirst = !writer.KeepsToCondition || content.Length > SentWithoutLook;
        while (true)
        {
            var existing = isLookedAtFirst ? await FindAsync(key, cancellationToken) : null;
            if (existing is null)
            {
                if (await writer.TryWriteAsync(key, content, cancellationToken))
                {
                    return SaveOutcome.Stored;
                }

                isLookedAtFirst = true;
            }
            else if (await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            ByteRange = range is { } span ? new ByteRange(Header(span)) : null,
        };
        try
        {
            var response = await pipeline.RunAsync(token => client.GetObjectAsync(request, token), cancellationToken);
            SawBucket();
            var total = TotalLength(response.ContentRange) ?? response.ContentLength;
            var metadata = Describe(key, total, response.Headers.ContentType, response.Metadata, response.LastModified);

            // The SDK's wrapper hashes every byte with MD5, which costs six times the transfer itself, and the ETag it compares with is no MD5 for parts.
            var bytes = response.ResponseStream is WrapperStream wrapper ? wrapper.GetNonWrapperBaseStream() : response.ResponseStream;
            var content = new AssetStream(bytes, response.ContentLength, options.AttemptTimeout, S3Errors.Translate, response);
            return new OpenAsset(metadata, content, response.ContentLength);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsBeyondEnd(error))
        {
            return await FindAsync(key, cancellationToken) is { } metadata ? new OpenAsset(metadata, Stream.Null, 0) : null;
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await ConfirmAbsenceAsync(error, cancellationToken);
            return null;
        }
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Refusal(error);
        }
    }

    /// <inheritdoc/>
    public async Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = options.Bucket, Key = key.Value };
        try
        {
            var response = await pipeline.RunAsync(token => client.GetObjectMetadataAsync(request, token), cancellationToken);
            SawBucket();
            return Describe(key, response.ContentLength, response.Headers.ContentType, response.Metadata, response.LastModified);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await ConfirmAbsenceAsync(error, cancellationToken);
            return null;
        }
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Refusal(error);
        }
        catch (AssetStoreUnavailableException error) when (error.Fault is AssetStoreFault.Refused)
        {
            // The answer to HEAD has no body and so no cause: a wrong clock looks like a wrong key. The same asked by GET is refused for the same cause.
            await using var asset = await OpenReadAsync(key, new ByteSpan(0, 1), cancellationToken);
            throw;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AssetEntry> ListAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in ListAllAsync(prefix, nameStart, cancellationToken))
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

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAllAsync(prefix, "", cancellationToken);

    private async IAsyncEnumerable<ListedObject> ListAllAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix.Value + nameStart, ContinuationToken = next };
            var page = await ListPageAsync(request, cancellationToken);

            // The SDK gives null for an empty list.
            foreach (var item in page.S3Objects ?? [])
            {
                yield return new ListedObject(
                    item.Key, AssetKey.TryParse(item.Key, out var key) ? new AssetEntry(key, item.Size ?? 0, Utc(item.LastModified)) : null);
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <inheritdoc/>
    public async Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Looked at first here too: Ceph takes the condition and overwrites all the same.
            var (source, existing) = await FindBothAsync(from, to, cancellationToken);
            if (source is null)
            {
                return null;
            }

            if (existing is null)
            {
                if (await copier.TryCopyAsync(from, to, source.Length, cancellationToken))
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

    /// <inheritdoc/>
    public Task<bool> TryCopyAsync(AssetKey from, long length, AssetKey to, CancellationToken cancellationToken) =>
        copier.TryCopyAsync(from, to, length, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = options.Bucket, Key = key.Value };
        try
        {
            await pipeline.RunAsync(token => client.DeleteObjectAsync(request, token), cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await ConfirmAbsenceAsync(error, cancellationToken);
        }
    }

    private async Task<(AssetMetadata? First, AssetMetadata? Second)> FindBothAsync(AssetKey first, AssetKey second, CancellationToken cancellationToken)
    {
        var both = await Task.WhenAll(FindAsync(first, cancellationToken), FindAsync(second, cancellationToken));
        return (both[0], both[1]);
    }

    private static string Header(ByteSpan span) => span.Length is { } length
        ? string.Create(CultureInfo.InvariantCulture, $"bytes={span.Offset}-{span.Offset + length - 1}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes={span.Offset}-");

    private static long? TotalLength(string? contentRange) =>
        contentRange is not null && long.TryParse(contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), CultureInfo.InvariantCulture, out var total) ? total : null;

    private static AssetMetadata Describe(AssetKey key, long length, string? mediaType, MetadataCollection metadata, DateTime? lastModified) => new(
        key,
        length,
        mediaType is { Length: > 0 } ? mediaType : UnknownMediaType,
        metadata[S3Writer.HashMetadata] is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? ContentHash.Parse(hex) : null,
        Utc(lastModified));

    private static DateTimeOffset Utc(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());

    private void SawBucket() => _bucketSeenAt = clock.GetTimestamp();

    /// <summary>The answer to HEAD has no body, so a missing bucket looks like a missing object. Unless the bucket was seen lately, it is looked for.</summary>
    private async Task ConfirmAbsenceAsync(AmazonS3Exception absence, CancellationToken cancellationToken)
    {
        if (S3Errors.IsCertainlyAbsent(absence) || (_bucketSeenAt is { } seen && clock.GetElapsedTime(seen) < s_bucketMemory))
        {
            return;
        }

        // A listing, because HEAD of the bucket has no code either, and one that says "NotFound" for both cannot be told apart.
        var request = new ListObjectsV2Request { BucketName = options.Bucket, MaxKeys = 1 };
        await ListPageAsync(request, cancellationToken);
    }

    private async Task<ListObjectsV2Response> ListPageAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        try
        {
            var page = await pipeline.RunAsync(token => client.ListObjectsV2Async(request, token), cancellationToken);
            SawBucket();
            return page;
        }
        catch (AmazonS3Exception error)
        {
            // No listing is absent: where there is none, there is no store either.
            throw S3Errors.Refusal(error);
        }
    }
}
