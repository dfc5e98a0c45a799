using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>Makes one object of parts. It ends complete, or aborted with no part left.</summary>
internal sealed class S3MultipartUpload(IAmazonS3 client, S3Pipeline pipeline, S3StoreOptions options, ILogger<S3MultipartUpload> logger) : IDisposable
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_abortPatience = TimeSpan.FromSeconds(10);

    // A part on its way is in memory, so those of all assets are counted together.
    private readonly SemaphoreSlim _parts = new(options.UploadParallelism);

    /// <summary>Begins an upload, has its parts sent and completes it.</summary>
    /// <param name="start">The object with its headers.</param>
    /// <param name="length">Of the object; to put a long one together may take a store minutes.</param>
    /// <param name="condition">What must hold when it is completed; <c>null</c> for nothing.</param>
    /// <param name="send">Sends all parts of the upload with this id; <c>null</c> when the object is not to be after all.</param>
    /// <param name="cancellationToken">Stops, and aborts the upload.</param>
    /// <returns><c>false</c> when it was not to be, or when the answer to the last step was lost, so that only a look at the key can tell.</returns>
    /// <exception cref="AmazonS3Exception">The condition was not met, or another answer of the store.</exception>
    public async Task<bool> RunAsync(
        InitiateMultipartUploadRequest start, long length, string? condition, Func<string, Task<PartETag[]?>> send, CancellationToken cancellationToken)
    {
        var upload = await pipeline.RunAsync(token => client.InitiateMultipartUploadAsync(start, token), cancellationToken);
        try
        {
            if (await send(upload.UploadId) is { } parts)
            {
                await pipeline.RunAsync(token => client.CompleteMultipartUploadAsync(Completion(parts), token), length, cancellationToken);
                await RemoveAbandonedAsync(start.Key, cancellationToken);
                return true;
            }
        }
        catch (AmazonS3Exception error) when (S3Errors.IsUploadGone(error))
        {
            // An earlier attempt to complete it did, and its answer was lost.
            return false;
        }
        catch
        {
            await AbortAsync(start.Key, upload.UploadId);
            throw;
        }

        await AbortAsync(start.Key, upload.UploadId);
        return false;

        CompleteMultipartUploadRequest Completion(PartETag[] parts) => new()
        {
            BucketName = start.BucketName,
            Key = start.Key,
            UploadId = upload.UploadId,
            PartETags = [.. parts],
            IfNoneMatch = condition,
        };
    }

    /// <summary>Sends the parts, <see cref="S3StoreOptions.UploadParallelism"/> of them at the same time, those of all other assets included.</summary>
    /// <param name="uploadId">Of which upload.</param>
    /// <param name="length">Of the object.</param>
    /// <param name="partSize">Of a part, unless that would make too many.</param>
    /// <param name="prepare">Makes a part ready, one after the other in their order, and gives the request that sends it and returns its ETag.</param>
    /// <param name="cancellationToken">Stops; no part is on its way any more when this ends.</param>
    public async Task<PartETag[]?> SendPartsAsync(
        string uploadId, long length, long partSize, Func<S3Part, CancellationToken, Task<Func<CancellationToken, Task<string>>>> prepare, CancellationToken cancellationToken)
    {
        var size = Math.Max(partSize, (length + MaxParts - 1) / MaxParts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parts = new List<Task<PartETag>>();
        try
        {
            for (var offset = 0L; offset < length; offset += size)
            {
                var part = new S3Part(uploadId, parts.Count + 1, offset, Math.Min(size, length - offset));
                await _parts.WaitAsync(stop.Token);
                parts.Add(SendAsync(part, await PrepareAsync(part)));
            }

            return await Task.WhenAll(parts);
        }
        catch
        {
            // No part may be on its way when the upload is aborted, or it would stay; and the cause is the part that failed, not those that were stopped.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (parts.Find(part => part.IsFaulted) ?? Task.CompletedTask);
            throw;
        }

        async Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Part part)
        {
            try
            {
                return await prepare(part, stop.Token);
            }
            catch
            {
                _parts.Release();
                throw;
            }
        }

        async Task<PartETag> SendAsync(S3Part part, Func<CancellationToken, Task<string>> send)
        {
            try
            {
                return new PartETag(part.Number, await pipeline.RunAsync(send, part.Length, stop.Token));
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
            finally
            {
                _parts.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();

    /// <summary>
    /// Removes what earlier attempts left: nobody else knows the parts of a process that was killed, or of an upload whose first answer was lost. Only now,
    /// because with the asset in place no other upload to its key can end otherwise than this; one that replaces it meanwhile is sent again.
    /// </summary>
    private async Task RemoveAbandonedAsync(string key, CancellationToken cancellationToken)
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

    /// <summary>Removes the parts, with a time limit of its own: the caller's token may be the reason for the abort.</summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        using var patience = new CancellationTokenSource(s_abortPatience);
        var request = new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = uploadId };
        try
        {
            await pipeline.RunAsync(token => client.AbortMultipartUploadAsync(request, token), patience.Token);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAnswer(error))
        {
            // Nothing left to remove.
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or OperationCanceledException)
        {
            logger.AbortFailed(key, error is AssetStoreUnavailableException ? error.Message : "The store did not answer in time.");
        }
    }
}
