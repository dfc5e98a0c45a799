using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>Removes the parts of uploads that will not be completed.</summary>
internal sealed class AbandonedUploads(IAmazonS3 client, S3Pipeline pipeline, S3StoreOptions options, ILogger<AbandonedUploads> logger)
{
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Removes what earlier attempts left: nobody else knows the parts of a process that was killed, or of an upload whose first response was lost. Called
    /// once the asset exists: then no other upload to its key can end differently; one that replaces it meanwhile is sent again.
    /// </summary>
    public async Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var request = new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = key };
            var begun = await pipeline.RunAsync(token => client.ListMultipartUploadsAsync(request, token), cancellationToken);
            foreach (var upload in (begun.MultipartUploads ?? []).Where(upload => upload.Key == key))
            {
                await AbortAsync(key, upload.UploadId);
            }
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or AmazonS3Exception)
        {
            logger.AbortFailed(key, error is AssetStoreUnavailableException ? error.Message : "They could not be listed.");
        }
    }

    /// <summary>Removes the parts of one upload, with a timeout of its own: the caller's token may be the reason for the abort.</summary>
    public async Task AbortAsync(string key, string uploadId)
    {
        using var timeout = new CancellationTokenSource(s_abortTimeout);
        var request = new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = uploadId };
        try
        {
            await pipeline.RunAsync(token => client.AbortMultipartUploadAsync(request, token), timeout.Token);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsExpected(error))
        {
            // Nothing left to remove.
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or OperationCanceledException)
        {
            logger.AbortFailed(key, error is AssetStoreUnavailableException ? error.Message : "The store did not respond in time.");
        }
    }
}
