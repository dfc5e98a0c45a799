using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Copies inside the bucket. A long object is copied in parts: S3 copies none above 5 GiB in one request, and some stores answer only when all of a
/// copy is done, which may take longer than an attempt.
/// </summary>
internal sealed class S3Copier(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, S3Writer writer, S3StoreOptions options)
{
    /// <summary>Copies once, with type and metadata.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The target, which was seen to be free.</param>
    /// <param name="length">Of the source.</param>
    /// <param name="cancellationToken">Stops and leaves no part.</param>
    /// <returns>Whether it is done; <c>false</c> when the target was taken or the source vanished or changed meanwhile, which the caller sees by looking again.</returns>
    public async Task<bool> TryCopyAsync(AssetKey from, AssetKey to, long length, CancellationToken cancellationToken)
    {
        try
        {
            return length > options.CopyThreshold ? await CopyPartsAsync(from, to, cancellationToken) : await CopyWholeAsync(from, to, length, cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error) || S3Errors.IsAbsent(error))
        {
            return false;
        }
        catch (AssetStoreUnavailableException error) when (writer.Condition is not null && S3Errors.IsUnsupported(error))
        {
            writer.GiveUpConditions();
            return false;
        }
    }

    private async Task<bool> CopyWholeAsync(AssetKey from, AssetKey to, long length, CancellationToken cancellationToken)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = options.Bucket,
            SourceKey = from.Value,
            DestinationBucket = options.Bucket,
            DestinationKey = to.Value,
            IfNoneMatch = writer.Condition,
        };
        await pipeline.RunAsync(token => client.CopyObjectAsync(request, token), length, cancellationToken);
        return true;
    }

    private async Task<bool> CopyPartsAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        var source = await LookAsync(from, cancellationToken);
        return await multipart.RunAsync(Start(to, source), source.ContentLength, writer.Condition, SendAsync, cancellationToken);

        async Task<PartETag[]?> SendAsync(string uploadId)
        {
            var parts = await multipart.SendPartsAsync(uploadId, source.ContentLength, options.CopyPartSize, Prepare, cancellationToken);

            // Parts of two assets must not become one. A look afterwards tells in every store; the condition for each part is not known to all.
            var after = await LookAsync(from, cancellationToken);
            return after.ETag == source.ETag && after.LastModified == source.LastModified ? parts : null;
        }

        Task<Func<CancellationToken, Task<string>>> Prepare(S3Part part, CancellationToken _)
        {
            var request = new CopyPartRequest
            {
                SourceBucket = options.Bucket,
                SourceKey = from.Value,
                DestinationBucket = options.Bucket,
                DestinationKey = to.Value,
                UploadId = part.UploadId,
                PartNumber = part.Number,
                FirstByte = part.Offset,
                LastByte = part.Offset + part.Length - 1,
            };
            return Task.FromResult<Func<CancellationToken, Task<string>>>(async token => (await client.CopyPartAsync(request, token)).ETag);
        }
    }

    // CopyObject takes these along by itself.
    private InitiateMultipartUploadRequest Start(AssetKey to, GetObjectMetadataResponse source)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = to.Value, ContentType = source.Headers.ContentType };
        start.Headers.CacheControl = source.Headers.CacheControl;
        start.Headers.ContentDisposition = source.Headers.ContentDisposition;
        start.Headers.ContentEncoding = source.Headers.ContentEncoding;
        foreach (var name in source.Metadata.Keys)
        {
            start.Metadata[name] = source.Metadata[name];
        }

        return start;
    }

    private Task<GetObjectMetadataResponse> LookAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = options.Bucket, Key = key.Value };
        return pipeline.RunAsync(token => client.GetObjectMetadataAsync(request, token), cancellationToken);
    }
}
