using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Copies inside the bucket. A long object is copied in parts: S3 copies at most 5 GiB in one request, and some stores respond only when the whole copy
/// is done, which may take longer than an attempt.
/// </summary>
internal sealed class S3Copier(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, ConditionalWrites conditions, S3StoreOptions options)
{
    /// <summary>Copies once, with media type and metadata.</summary>
    /// <param name="length">Length of the source in bytes.</param>
    /// <param name="isOver">Whether to replace what exists at the target; otherwise the caller found it free.</param>
    /// <param name="cancellationToken">Stops and leaves no part.</param>
    /// <returns><c>false</c> when the target was taken, or the source was removed or changed meanwhile, so that the caller must look again.</returns>
    public async Task<bool> TryCopyAsync(AssetKey from, AssetKey to, long length, bool isOver, CancellationToken cancellationToken)
    {
        var condition = isOver ? null : conditions.Condition;
        try
        {
            return length > options.CopyThreshold
                ? await CopyPartsAsync(from, to, condition, cancellationToken)
                : await CopyWholeAsync(from, to, length, condition, cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error) || S3Errors.IsAbsent(error))
        {
            return false;
        }
        catch (AssetStoreUnavailableException error) when (condition is not null && S3Errors.IsUnsupported(error))
        {
            conditions.RecordRejection();
            return false;
        }
    }

    private async Task<bool> CopyWholeAsync(AssetKey from, AssetKey to, long length, string? condition, CancellationToken cancellationToken)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = options.Bucket,
            SourceKey = from.Value,
            DestinationBucket = options.Bucket,
            DestinationKey = to.Value,
            IfNoneMatch = condition,
        };
        await pipeline.RunAsync(token => client.CopyObjectAsync(request, token), length, cancellationToken);
        return true;
    }

    private async Task<bool> CopyPartsAsync(AssetKey from, AssetKey to, string? condition, CancellationToken cancellationToken)
    {
        var parts = new ObjectParts(client, pipeline, options.Bucket, from, to);
        var (start, length) = await parts.BeginAsync(cancellationToken);
        return await multipart.RunAsync(start, length, options.CopyPartSize, condition, parts, cancellationToken);
    }
}
