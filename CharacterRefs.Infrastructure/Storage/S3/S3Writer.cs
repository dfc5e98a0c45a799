using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>
/// Sends one asset, in one request or in parts. For a save, whether the key is free is asked before; here it is only made a condition where the store
/// knows conditions.
/// </summary>
internal sealed class S3Writer(IAmazonS3 client, S3Pipeline pipeline, S3StoreOptions options, ILogger<S3Writer> logger)
{
    /// <summary>Name of our hash among the object's metadata; the SDK adds <c>x-amz-meta-</c>.</summary>
    public const string HashMetadata = "sha256";

    private const string KeyIsFree = "*";
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_abortPatience = TimeSpan.FromSeconds(10);

    private bool _hasNoConditions;

    /// <summary>The condition that the target be free; <c>null</c> once the store has refused conditions.</summary>
    public string? Condition => _hasNoConditions ? null : KeyIsFree;

    // Over TLS the connection protects the bytes, and hashing them for the signature a second time would cost as much as all the rest. The SDK refuses
    // this over plain http. Amazon S3 gets the SDK's own choice.
    private bool LeavesBodyUnsigned => options.Endpoint?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Sends the content to a key that is free.</summary>
    /// <returns>Whether the key was free, as far as the store can tell.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public async Task<bool> TryWriteAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(key, content, Condition, cancellationToken);
        }
        catch (AssetStoreUnavailableException error) when (Condition is not null && S3Errors.IsUnsupported(error))
        {
            GiveUpConditions();
            return await TryWriteAsync(key, content, cancellationToken);
        }
    }

    /// <summary>Sends the content, whatever stands under the key.</summary>
    /// <returns><c>false</c> when the answer to the last step was lost, so that only a look at the key can tell.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public Task<bool> OverwriteAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) => SendAsync(key, content, null, cancellationToken);

    /// <summary>Remembers that the store refuses conditions.</summary>
    public void GiveUpConditions()
    {
        _hasNoConditions = true;
        logger.NoConditionalWrites();
    }

    private async Task<bool> SendAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        try
        {
            await (content.Length > options.MultipartThreshold
                ? SendPartsAsync(key, content, condition, cancellationToken)
                : SendWholeAsync(key, content, condition, cancellationToken));
            return true;
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error))
        {
            return false;
        }
    }

    private async Task SendWholeAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        await using var body = await S3Body.OpenAsync(content, cancellationToken);
        var (buffer, length) = await body.ReadAsync(content.Length, cancellationToken);
        await pipeline.RunAsync(token => client.PutObjectAsync(Request(), token), cancellationToken);

        // Not after a failure: an abandoned attempt may still be reading it.
        ArrayPool<byte>.Shared.Return(buffer);

        PutObjectRequest Request()
        {
            var request = new PutObjectRequest
            {
                BucketName = options.Bucket,
                Key = key.Value,
                InputStream = new MemoryStream(buffer, 0, length, writable: false),
                ContentType = content.MediaType,
                IfNoneMatch = condition,
                UseChunkEncoding = false,
                DisablePayloadSigning = LeavesBodyUnsigned,
            };
            request.Metadata[HashMetadata] = content.Sha256.ToString();
            return request;
        }
    }

    private async Task SendPartsAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, ContentType = content.MediaType };
        start.Metadata[HashMetadata] = content.Sha256.ToString();
        var upload = await pipeline.RunAsync(token => client.InitiateMultipartUploadAsync(start, token), cancellationToken);
        try
        {
            var parts = await SendPartsAsync(key, upload.UploadId, content, cancellationToken);
            await pipeline.RunAsync(
                token => client.CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = options.Bucket,
                        Key = key.Value,
                        UploadId = upload.UploadId,
                        PartETags = [.. parts],
                        IfNoneMatch = condition,
                    },
                    token),
                cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsUploadGone(error))
        {
            // An earlier attempt to complete it did, and its answer was lost. The caller compares what stands there.
            throw new AmazonS3Exception(error.Message, error) { StatusCode = System.Net.HttpStatusCode.PreconditionFailed };
        }
        catch
        {
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    private async Task<PartETag[]> SendPartsAsync(AssetKey key, string uploadId, AssetContent content, CancellationToken cancellationToken)
    {
        var size = Math.Max(options.PartSize, (content.Length + MaxParts - 1) / MaxParts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(options.UploadParallelism);
        await using var body = await S3Body.OpenAsync(content, cancellationToken);
        var parts = new List<Task<PartETag>>();
        try
        {
            for (var sent = 0L; sent < content.Length; sent += size)
            {
                await slots.WaitAsync(stop.Token);
                var (buffer, length) = await body.ReadAsync(size, stop.Token);
                parts.Add(SendPartAsync(parts.Count + 1, buffer, length));
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

        async Task<PartETag> SendPartAsync(int number, byte[] buffer, int length)
        {
            try
            {
                var answer = await pipeline.RunAsync(token => client.UploadPartAsync(PartRequest(number, buffer, length), token), stop.Token);
                ArrayPool<byte>.Shared.Return(buffer);
                slots.Release();
                return new PartETag(number, answer.ETag);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }

        UploadPartRequest PartRequest(int number, byte[] buffer, int length) => new()
        {
            BucketName = options.Bucket,
            Key = key.Value,
            UploadId = uploadId,
            PartNumber = number,
            PartSize = length,
            InputStream = new MemoryStream(buffer, 0, length, writable: false),
            UseChunkEncoding = false,
            DisablePayloadSigning = LeavesBodyUnsigned,
        };
    }

    /// <summary>Removes the parts, with a time limit of its own: the caller's token may be the reason for the abort.</summary>
    private async Task AbortAsync(AssetKey key, string uploadId)
    {
        using var patience = new CancellationTokenSource(s_abortPatience);
        var request = new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, UploadId = uploadId };
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
            logger.AbortFailed(key.Value, error is AssetStoreUnavailableException ? error.Message : "The store did not answer in time.");
        }
    }
}
