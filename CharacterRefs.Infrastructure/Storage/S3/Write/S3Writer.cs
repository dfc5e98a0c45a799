using System.Runtime.ExceptionServices;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Sends one asset, in one request or in parts. That the key is free is a condition of the write where the store supports conditions; elsewhere it is as
/// true as when the caller looked.
/// </summary>
internal sealed class S3Writer(IAmazonS3 client, S3Pipeline pipeline, S3MultipartUpload multipart, ConditionalWrites conditions, S3StoreOptions options)
{
    /// <summary>Name of our hash among the object's metadata; the SDK adds <c>x-amz-meta-</c>.</summary>
    public const string HashMetadata = "sha256";

    private const int ShortBody = 64 * 1024;

    /// <summary>Sends the content to a key that is free.</summary>
    /// <returns>Whether the key was free, as far as the store can tell.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public async Task<bool> TryWriteAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        try
        {
            var isStored = await SendAsync(key, content, conditions.Condition, cancellationToken);
            if (isStored && conditions.AreUnknown && content.Length <= ShortBody)
            {
                await LearnAsync(key, content, cancellationToken);
            }

            return isStored;
        }
        catch (AssetStoreUnavailableException error) when (conditions.Condition is not null && S3Errors.IsUnsupported(error))
        {
            conditions.RecordRejection();
            return await TryWriteAsync(key, content, cancellationToken);
        }
    }

    /// <summary>Sends the content, whatever exists at the key.</summary>
    /// <returns><c>false</c> when the response to the last step was lost, so that the caller must look at the key.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public Task<bool> OverwriteAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) =>
        SendAsync(key, content, null, cancellationToken);

    /// <summary>Finds out what the store does with a condition by storing the same once more, with a short body only.</summary>
    private async Task LearnAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        try
        {
            conditions.Record(isOverwritten: await SendAsync(key, content, ConditionalWrites.KeyIsFree, cancellationToken));
        }
        catch (AssetStoreUnavailableException)
        {
            // The asset is stored; the next short one finds out.
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
                return await client.PutObjectAsync(Put(key, content, condition, body), token);
            }
            catch when (body.Fault is not null)
            {
                throw body.Fault;
            }
        }
    }

    private PutObjectRequest Put(AssetKey key, AssetContent content, string? condition, S3Body body)
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

    private async Task<bool> SendPartsAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, ContentType = content.MediaType };
        start.Metadata[HashMetadata] = content.Sha256.ToString();
        await using var parts = new ContentParts(client, options.Bucket, key.Value, content);
        return await multipart.RunAsync(start, content.Length, options.PartSize, condition, parts, cancellationToken);
    }
}
