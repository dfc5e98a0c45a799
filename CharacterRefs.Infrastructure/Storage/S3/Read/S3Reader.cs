using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Write;

namespace CharacterRefs.Infrastructure.Storage.S3.Read;

/// <summary>Reads objects and their metadata. The hash of each asset is kept in the object's own metadata.</summary>
internal sealed class S3Reader(IAmazonS3 client, S3Pipeline pipeline, S3Listing listing, S3StoreOptions options)
{
    private const string UnknownMediaType = "application/octet-stream";

    /// <inheritdoc cref="IAssetStore.OpenReadAsync"/>
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
            listing.RecordBucketSeen();
            var total = TotalLength(response.ContentRange) ?? response.ContentLength;
            var metadata = Describe(key, total, response.Headers.ContentType, response.Metadata, response.LastModified);

            // The SDK's wrapper hashes every byte with MD5, which costs six times the transfer itself, and the ETag it compares with is no MD5 for parts.
            var bytes = response.ResponseStream is WrapperStream wrapper ? wrapper.GetNonWrapperBaseStream() : response.ResponseStream;
            var content = new AssetStream(bytes, response.ContentLength, options.AttemptTimeout, S3Errors.Translate, response);
            return new OpenAsset(metadata, content, response.ContentLength) { Tag = S3Writer.TagOf(response.ETag) };
        }
        catch (AmazonS3Exception error) when (S3Errors.IsBeyondEnd(error))
        {
            return await FindAsync(key, cancellationToken) is { } metadata ? new OpenAsset(metadata, Stream.Null, 0) : null;
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await listing.ConfirmAbsenceAsync(error, cancellationToken);
            return null;
        }
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Rejection(error);
        }
    }

    /// <inheritdoc cref="IAssetStore.FindAsync"/>
    public async Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = options.Bucket, Key = key.Value };
        try
        {
            var response = await pipeline.RunAsync(token => client.GetObjectMetadataAsync(request, token), cancellationToken);
            listing.RecordBucketSeen();
            return Describe(key, response.ContentLength, response.Headers.ContentType, response.Metadata, response.LastModified);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await listing.ConfirmAbsenceAsync(error, cancellationToken);
            return null;
        }
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Rejection(error);
        }
        catch (AssetStoreUnavailableException error) when (error.Fault is AssetStoreFault.Rejected)
        {
            // The response to HEAD has no body and so no cause: a wrong clock looks like a wrong key. GET is rejected with a code.
            await using var asset = await OpenReadAsync(key, new ByteSpan(0, 1), cancellationToken);
            throw;
        }
    }

    private static string Header(ByteSpan span) => span.Length is { } length
        ? string.Create(CultureInfo.InvariantCulture, $"bytes={span.Offset}-{span.Offset + length - 1}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes={span.Offset}-");

    private static long? TotalLength(string? contentRange) => contentRange is not null
        && long.TryParse(contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), CultureInfo.InvariantCulture, out var total) ? total : null;

    private static AssetMetadata Describe(AssetKey key, long length, string? mediaType, MetadataCollection metadata, DateTime? lastModified) => new(
        key,
        length,
        mediaType is { Length: > 0 } ? mediaType : UnknownMediaType,
        metadata[S3Writer.HashMetadata] is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? ContentHash.Parse(hex) : null,
        S3Listing.Utc(lastModified));
}
