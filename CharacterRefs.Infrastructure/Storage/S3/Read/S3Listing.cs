using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Read;

/// <summary>Lists the bucket, which also proves that the bucket exists.</summary>
internal sealed class S3Listing(IAmazonS3 client, S3Pipeline pipeline, S3StoreOptions options, TimeProvider clock)
{
    private static readonly TimeSpan s_bucketMemory = TimeSpan.FromSeconds(30);

    private long? _bucketSeenAt;

    /// <summary>Lists all objects whose names start with the prefix, in the order of their UTF-8 bytes.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store could not be listed.</exception>
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix, ContinuationToken = next };
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

    /// <summary>Lists the folders directly inside a folder by its delimiter, without their objects.</summary>
    /// <param name="prefix">The folder, with its slash.</param>
    /// <param name="after">As in <see cref="IAssetStore.ListFoldersAsync"/>.</param>
    /// <exception cref="AssetStoreUnavailableException">The store could not be listed.</exception>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = options.Bucket,
                Prefix = prefix,
                Delimiter = "/",
                StartAfter = after is null ? null : $"{prefix}{after}/",
                ContinuationToken = next,
            };
            var page = await ListPageAsync(request, cancellationToken);
            foreach (var folder in page.CommonPrefixes ?? [])
            {
                // The folder itself comes again when it has objects after its own name.
                if (folder[prefix.Length..^1] is var name && name != after)
                {
                    yield return name;
                }
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <summary>A time of the SDK in UTC; the Unix epoch when the store sent none.</summary>
    public static DateTimeOffset Utc(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());

    /// <summary>Records that the bucket responded as one that exists.</summary>
    public void RecordBucketSeen() => _bucketSeenAt = clock.GetTimestamp();

    /// <summary>Makes sure that it is the object that is absent. The response to HEAD has no body, so a missing bucket looks like a missing object.</summary>
    /// <exception cref="AssetStoreUnavailableException">The bucket is absent.</exception>
    public async Task ConfirmAbsenceAsync(AmazonS3Exception absence, CancellationToken cancellationToken)
    {
        if (S3Errors.IsCertainlyAbsent(absence) || (_bucketSeenAt is { } seen && clock.GetElapsedTime(seen) < s_bucketMemory))
        {
            return;
        }

        // A listing, because HEAD of the bucket has no code either, and a 404 without one is the same for both.
        await ListPageAsync(new ListObjectsV2Request { BucketName = options.Bucket, MaxKeys = 1 }, cancellationToken);
    }

    private async Task<ListObjectsV2Response> ListPageAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        try
        {
            var page = await pipeline.RunAsync(token => client.ListObjectsV2Async(request, token), cancellationToken);
            RecordBucketSeen();
            return page;
        }
        catch (AmazonS3Exception error)
        {
            // A listing that is absent means that there is no store.
            throw S3Errors.Rejection(error);
        }
    }
}
