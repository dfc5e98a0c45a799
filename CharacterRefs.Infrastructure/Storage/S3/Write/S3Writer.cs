using System.Runtime.ExceptionServices;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Sends one asset, in one request or in parts. That the key be free is made a condition where the store knows conditions; elsewhere it is only as
/// true as it was when the caller looked.
/// </summary>
internal sealed class S3Writer(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, S3StoreOptions options, ILogger<S3Writer> logger)
{
    /// <summary>Name of our hash among the object's metadata; the SDK adds <c>x-amz-meta-</c>.</summary>
    public const string HashMetadata = "sha256";

    private const string KeyIsFree = "*";
    private const int ShortBody = 64 * 1024;

    private volatile Conditions _conditions;

    private enum Conditions
    {
        Unknown,
        Refused,
        Ignored,
        Honoured,
    }

    /// <summary>The condition that the target be free; <c>null</c> once the store has refused conditions.</summary>
    public string? Condition => _conditions is Conditions.Refused ? null : KeyIsFree;

    /// <summary>Whether the store was seen to keep to the condition, so that nobody has to look whether a key is free before one request is sent to it.</summary>
    public bool KeepsToCondition => _conditions is Conditions.Honoured;

    /// <summary>Sends the content to a key that is free.</summary>
    /// <returns>Whether the key was free, as far as the store can tell.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public async Task<bool> TryWriteAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        try
        {
            var isStored = await SendAsync(key, content, Condition, cancellationToken);
            if (isStored && _conditions is Conditions.Unknown && content.Length <= ShortBody)
            {
                await LearnAsync(key, content, cancellationToken);
            }

            return isStored;
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
        _conditions = Conditions.Refused;
        logger.NoConditionalWrites();
    }

    /// <summary>
    /// Finds out by a second attempt to store the same, once and with a short body, because stores differ: some refuse the condition, some take it and
    /// overwrite all the same.
    /// </summary>
    private async Task LearnAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        try
        {
            _conditions = await SendAsync(key, content, KeyIsFree, cancellationToken) ? Conditions.Ignored : Conditions.Honoured;
        }
        catch (AssetStoreUnavailableException)
        {
            // The asset is stored, which is what was asked for; the next short one finds out.
        }
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
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Refusal(error);
        }
        catch (S3BodyException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    private async Task<bool> SendWholeAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        await pipeline.RunAsync(PutAsync, content.Length, cancellationToken);
        return true;

        async Task<PutObjectResponse> PutAsync(CancellationToken token)
        {
            await using var body = await S3Body.OpenAsync(content, token);
            try
            {
                return await client.PutObjectAsync(Request(body), token);
            }
            catch when (body.Fault is not null)
            {
                throw body.Fault;
            }
        }

        PutObjectRequest Request(S3Body body)
        {
            var request = new PutObjectRequest
            {
                BucketName = options.Bucket,
                Key = key.Value,
                InputStream = body,
                AutoCloseStream = false,
                ContentType = content.MediaType,
                IfNoneMatch = condition,
                UseChunkEncoding = false,
            };
            if (!options.IsCustomEndpoint)
            {
                // Otherwise the SDK reads the body for a checksum of its own choice first.
                request.ChecksumSHA256 = Convert.ToBase64String(Convert.FromHexString(content.Sha256.ToString()));
            }

            request.Metadata[HashMetadata] = content.Sha256.ToString();
            return request;
        }
    }

    private async Task<bool> SendPartsAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, ContentType = content.MediaType };
        start.Metadata[HashMetadata] = content.Sha256.ToString();
        return await multipart.RunAsync(start, content.Length, condition, SendAsync, cancellationToken);

        async Task<PartETag[]?> SendAsync(string uploadId)
        {
            await using var whole = await S3Body.OpenAsync(content, cancellationToken);
            return await multipart.SendPartsAsync(
                uploadId, content.Length, options.PartSize, (part, token) => PrepareAsync(whole, part, token), cancellationToken);
        }

        async Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Body whole, S3Part part, CancellationToken stop)
        {
            var bytes = await S3PartBytes.ReadAsync(whole, part.Length, stop);
            return async token =>
            {
                var answer = await client.UploadPartAsync(Request(part, bytes), token);

                // Not after a failure: an abandoned attempt may still be reading it.
                bytes.Return();
                return answer.ETag;
            };
        }

        UploadPartRequest Request(S3Part part, S3PartBytes bytes) => new()
        {
            BucketName = options.Bucket,
            Key = key.Value,
            UploadId = part.UploadId,
            PartNumber = part.Number,
            PartSize = bytes.Length,
            InputStream = bytes.Open(),
            UseChunkEncoding = false,
        };
    }
}
