using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Copies inside the bucket. A long object is copied in parts: S3 copies at most 5 GiB in one request, and some stores respond only when the whole copy
/// is done, which may take longer than an attempt.
/// </summary>
internal sealed class S3Copier(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, ConditionalWrites conditions, S3StoreOptions options)
{
    /// <summary>Copies once, with media type and metadata.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The target; the caller found it free.</param>
    /// <param name="length">Length of the source in bytes.</param>
    /// <param name="cancellationToken">Stops and leaves no part.</param>
    /// <returns><c>false</c> when the target was taken, or the source was removed or changed meanwhile, so that the caller must look again.</returns>
    public async Task<bool> TryCopyAsync(AssetKey from, AssetKey to, long length, CancellationToken cancellationToken)
    {
        try
        {
            return length > options.CopyThreshold
                ? await CopyPartsAsync(from, to, cancellationToken)
                : await CopyWholeAsync(from, to, length, cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error) || S3Errors.IsAbsent(error))
        {
            return false;
        }
        catch (AssetStoreUnavailableException error) when (conditions.Condition is not null && S3Errors.IsUnsupported(error))
        {
            conditions.RecordRejection();
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
            IfNoneMatch = conditions.Condition,
        };
        await pipeline.RunAsync(token => client.CopyObjectAsync(request, token), length, cancellationToken);
        return true;
    }

    private async Task<bool> CopyPartsAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        var parts = new ObjectParts(client, pipeline, options.Bucket, from, to);
        var (start, length) = await parts.BeginAsync(cancellationToken);
        return await multipart.RunAsync(start, length, options.CopyPartSize, conditions.Condition, parts, cancellationToken);
    }
}
