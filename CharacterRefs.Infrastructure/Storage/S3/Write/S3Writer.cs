using System.Runtime.ExceptionServices;
using Amazon.S3;
using Amazon.S3.Model;
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

    /// <summary>Whether the content is sent in one request and the store accepts conditions, so that <see cref="TryOverwriteAsync"/> has one.</summary>
    public bool CanCompare(AssetContent content) => conditions.Condition is not null && content.Length <= options.MultipartThreshold;

    /// <summary>Sends the content in place of the object with this tag.</summary>
    /// <returns>The tag of the new object; <c>null</c> when another one exists, or none, so that the caller must look at the key.</returns>
    /// <exception cref="InvalidDataException">The content is not what was announced.</exception>
    public async Task<AssetTag?> TryOverwriteAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken)
    {
        var tag = AssetTag.Unknown;
        var isStored = await GuardAsync(async () =>
        {
            var response = await PutAsync(
                key,
                content,
                request =>
                {
                    request.IfNoneMatch = expected == AssetTag.Absent ? ConditionalWrites.KeyIsFree : null;
                    request.IfMatch = expected == AssetTag.Absent ? null : expected.Value;
                },
                cancellationToken);
            tag = TagOf(response.ETag);
            return true;
        });
        return isStored ? tag : null;
    }

    /// <summary>The tag without its quotes: Ceph compares <c>If-Match</c> with the bare one, and Amazon S3 accepts both.</summary>
    public static AssetTag TagOf(string? header) => AssetTag.Of(header?.Trim('"'));

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

    private Task<bool> SendAsync(AssetKey key, AssetContent content, string? condition, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (content.Length > options.MultipartThreshold)
        {
            return await SendPartsAsync(key, content, condition, cancellationToken);
        }

        await PutAsync(key, content, request => request.IfNoneMatch = condition, cancellationToken);
        return true;
    });

    private static async Task<bool> GuardAsync(Func<Task<bool>> send)
    {
        try
        {
            return await send();
        }
        catch (AmazonS3Exception error) when (S3Errors.IsTaken(error) || S3Errors.IsCertainlyAbsent(error))
        {
            // Some stores respond to If-Match without an object that the key does not exist.
            return false;
        }
        catch (AmazonS3Exception error)
        {
            throw S3Errors.Rejection(error);
        }
        catch (S3BodyException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    private Task<PutObjectResponse> PutAsync(
        AssetKey key, AssetContent content, Action<PutObjectRequest> condition, CancellationToken cancellationToken)
    {
        return pipeline.RunAsync(SendOnceAsync, content.Length, cancellationToken);

        async Task<PutObjectResponse> SendOnceAsync(CancellationToken token)
        {
            await using var body = await S3Body.OpenAsync(content, token);
            try
            {
                var request = Put(key, content, body);
                condition(request);
                return await client.PutObjectAsync(request, token);
            }
            catch when (body.Fault is not null)
            {
                throw body.Fault;
            }
        }
    }

    private PutObjectRequest Put(AssetKey key, AssetContent content, S3Body body)
    {
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            InputStream = body,
            AutoCloseStream = false,
            ContentType = content.MediaType,
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
