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
internal sealed class S3Writer(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, S3StoreOptions options, ILogger<S3Writer> logger)
{
    /// <summary>Name of our hash among the object's metadata; the SDK adds <c>x-amz-meta-</c>.</summary>
    public const string HashMetadata = "sha256";

    private const string KeyIsFree = "*";

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
            return content.Length > options.MultipartThreshold
                ? await SendPartsAsync(key, content, condition, cancellationToken)
                : await SendWholeAsync(key, content, condition, cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error))
        {
            return false;
        }
    }

    private async Task<bool> SendWholeAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        await using var body = await S3Body.OpenAsync(content, cancellationToken);
        var (buffer, length) = await body.ReadAsync(content.Length, cancellationToken);
        await pipeline.RunAsync(token => client.PutObjectAsync(Request(), token), cancellationToken);

        // Not after a failure: an abandoned attempt may still be reading it.
        S3Body.Return(buffer);
        return true;

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

    private async Task<bool> SendPartsAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, ContentType = content.MediaType };
        start.Metadata[HashMetadata] = content.Sha256.ToString();
        return await multipart.RunAsync(start, condition, SendAsync, cancellationToken);

        async Task<PartETag[]?> SendAsync(string uploadId)
        {
            await using var body = await S3Body.OpenAsync(content, cancellationToken);
            return await multipart.SendPartsAsync(uploadId, content.Length, options.PartSize, (part, token) => PrepareAsync(body, part, token), cancellationToken);
        }

        async Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Body body, S3Part part, CancellationToken stop)
        {
            var (buffer, length) = await body.ReadAsync(part.Length, stop);
            return async token =>
            {
                var answer = await client.UploadPartAsync(Request(part, buffer, length), token);

                // Not after a failure: an abandoned attempt may still be reading it.
                S3Body.Return(buffer);
                return answer.ETag;
            };
        }

        UploadPartRequest Request(S3Part part, byte[] buffer, int length) => new()
        {
            BucketName = options.Bucket,
            Key = key.Value,
            UploadId = part.UploadId,
            PartNumber = part.Number,
            PartSize = length,
            InputStream = new MemoryStream(buffer, 0, length, writable: false),
            UseChunkEncoding = false,
            DisablePayloadSigning = LeavesBodyUnsigned,
        };
    }
}
