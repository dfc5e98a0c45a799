using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>A bucket that is deleted with everything in it.</summary>
internal sealed class S3TestBucket(S3StoreOptions options, ServiceProvider services) : IAsyncDisposable
{
    public S3StoreOptions Options => options;

    public IAmazonS3 Client { get; } = services.GetRequiredService<IAmazonS3>();

    public IAssetStore Store { get; } = services.GetRequiredService<IAssetStore>();

    public string Name => options.Bucket;

    /// <summary>Keys of all objects, except the marker of the owner, and ids of all uploads that were begun.</summary>
    public async Task<List<string>> ContentsAsync()
    {
        var found = new List<string>();
        await foreach (var item in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name }).S3Objects)
        {
            if (item.Key != AssetLayout.Owner.Value)
            {
                found.Add(item.Key);
            }
        }

        var uploads = await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Name });
        found.AddRange((uploads.MultipartUploads ?? []).Select(upload => $"upload {upload.UploadId} of {upload.Key}"));
        return found;
    }

    /// <summary>Copies every object with its metadata, the marker of the owner too, as a backup of the bucket does.</summary>
    public async Task CopyAllToAsync(S3TestBucket other)
    {
        await foreach (var item in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name }).S3Objects)
        {
            await Client.CopyObjectAsync(new CopyObjectRequest
            {
                SourceBucket = Name,
                SourceKey = item.Key,
                DestinationBucket = other.Name,
                DestinationKey = item.Key,
            });
        }
    }

    /// <summary>Deletes every object, the marker of the owner too.</summary>
    public async Task EmptyAsync()
    {
        await foreach (var item in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name }).S3Objects)
        {
            await Client.DeleteObjectAsync(Name, item.Key);
        }
    }

    /// <summary>An object as another program would write it: without a media type, and with our metadata only when given.</summary>
    public Task PutForeignAsync(string key, byte[] bytes, string? sha256 = null)
    {
        var request = new PutObjectRequest { BucketName = Name, Key = key, InputStream = new MemoryStream(bytes), UseChunkEncoding = false };
        if (sha256 is not null)
        {
            request.Metadata["sha256"] = sha256;
        }

        return Client.PutObjectAsync(request);
    }

    /// <summary>The variables of a service that uses this bucket.</summary>
    /// <param name="endpoint">The server, or a proxy in front of it.</param>
    public (string Name, string Value)[] Variables(Uri endpoint) =>
    [
        ("IMAGE_GENERATOR", "placeholder"),
        ("STORAGE_BACKEND", "s3"),
        ("STORAGE_BUCKET", Name),
        ("S3_ENDPOINT", endpoint.OriginalString),
        ("AWS_ACCESS_KEY_ID", options.AccessKeyId!.Reveal()),
        ("AWS_SECRET_ACCESS_KEY", options.SecretAccessKey!.Reveal()),
        ("S3_PROBE_INTERVAL", "1"),
    ];

    public async ValueTask DisposeAsync()
    {
        await Client.DeleteObjectAsync(Name, AssetLayout.Owner.Value);
        var keys = (await ContentsAsync()).Where(key => !key.StartsWith("upload ", StringComparison.Ordinal)).Select(key => new KeyVersion { Key = key });
        foreach (var page in keys.Chunk(1000))
        {
            await Client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Name, Objects = [.. page] });
        }

        await Client.DeleteBucketAsync(Name);
        await services.DisposeAsync();
    }
}
