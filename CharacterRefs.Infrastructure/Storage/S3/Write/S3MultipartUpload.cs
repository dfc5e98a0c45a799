using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>Creates one object from parts. The upload ends complete, or aborted with no part left.</summary>
internal sealed class S3MultipartUpload(IAmazonS3 client, S3Pipeline pipeline, PartSender sender, AbandonedUploads abandoned)
{
    /// <summary>Begins an upload, sends its parts and completes it.</summary>
    /// <param name="start">The object with its headers.</param>
    /// <param name="length">Length of the object in bytes; the time limit of the completion grows with it.</param>
    /// <param name="partSize">Length of a part in bytes.</param>
    /// <param name="condition">What must hold when it is completed; <c>null</c> for nothing.</param>
    /// <param name="cancellationToken">Stops, and aborts the upload.</param>
    /// <returns><c>false</c> when the source withdrew, or when the response to the completion was lost, so that the caller must look at the key.</returns>
    /// <exception cref="AmazonS3Exception">The condition was not met, or another response of the store.</exception>
    public async Task<bool> RunAsync(
        InitiateMultipartUploadRequest start, long length, long partSize, string? condition, IPartSource source, CancellationToken cancellationToken)
    {
        var upload = await pipeline.RunAsync(token => client.InitiateMultipartUploadAsync(start, token), cancellationToken);
        try
        {
            var completion = new CompleteMultipartUploadRequest
            {
                BucketName = start.BucketName,
                Key = start.Key,
                UploadId = upload.UploadId,
                PartETags = await sender.SendAsync(upload.UploadId, length, partSize, source, cancellationToken),
                IfNoneMatch = condition,
            };
            if (await source.ConfirmAsync(cancellationToken))
            {
                await pipeline.RunAsync(token => client.CompleteMultipartUploadAsync(completion, token), length, cancellationToken);
                await abandoned.RemoveAsync(start.Key, cancellationToken);
                return true;
            }
        }
        catch (AmazonS3Exception error) when (S3Errors.IsUploadGone(error))
        {
            // An earlier attempt completed it, and its response was lost.
            return false;
        }
        catch
        {
            await abandoned.AbortAsync(start.Key, upload.UploadId);
            throw;
        }

        await abandoned.AbortAsync(start.Key, upload.UploadId);
        return false;
    }
}
