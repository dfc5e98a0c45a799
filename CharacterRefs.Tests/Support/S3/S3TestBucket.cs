using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Ports;
using CharacterRefs.Infrastructure.Storage.S3;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>A bucket that goes with everything in it.</summary>
internal sealed class S3TestBucket(S3StoreOptions options, ServiceProvider services) : IAsyncDisposable
{
    public S3StoreOptions Options => options;

    public IAmazonS3 Client { get; } = services.GetRequiredService<IAmazonS3>();

    public IAssetStore Store { get; } = services.GetRequiredService<IAssetStore>();

    public string Name => options.Bucket;

    /// <summary>Keys of all objects, and ids of all uploads that were begun.</summary>
    public async Task<List<string>> ContentsAsync()
    {
        var found = new List<string>();
        await foreach (var item in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name }).S3Objects)
        {
            found.Add(item.Key);
        }

        var uploads = await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Name });
        found.AddRange((uploads.MultipartUploads ?? []).Select(upload => $"upload {upload.UploadId} of {upload.Key}"));
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        var keys = (await ContentsAsync()).Where(key => !key.StartsWith("upload ", StringComparison.Ordinal)).Select(key => new KeyVersion { Key = key });
        foreach (var page in keys.Chunk(1000))
        {
            await Client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Name, Objects = [.. page] });
        }

        await Client.DeleteBucketAsync(Name);
        await services.DisposeAsync();
    }
}
