using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Contracts;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

internal sealed class S3AssetStoreTests : AssetStoreContract
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly AssetKey s_key = AssetKey.Parse("character_references/a.png");

    private readonly List<ServiceProvider> _others = [];
    private S3TestBucket? _bucket;

    [TearDown]
    public async Task TearDown()
    {
        foreach (var services in _others)
        {
            await services.DisposeAsync();
        }

        if (_bucket is not null)
        {
            await _bucket.DisposeAsync();
        }
    }

    [TestCase(1000)]
    [TestCase(65 * 1024 * 1024)]
    public async Task SaveAsync_WhenDone_TheObjectHasTypeAndHashAndNothingElse(int length)
    {
        var content = PatternStream.Content(length, "image/png");

        await _bucket!.Store.SaveAsync(s_key, content, default);

        var stored = await _bucket.Client.GetObjectMetadataAsync(_bucket.Name, s_key.Value);
        Assert.That(stored.Headers.ContentType, Is.EqualTo("image/png"));
        Assert.That(stored.Headers.ContentEncoding, Is.Null.Or.Empty);
        Assert.That(stored.Metadata.Keys, Is.EqualTo(["x-amz-meta-sha256"]));
        Assert.That(stored.Metadata["sha256"], Is.EqualTo(content.Sha256.ToString()));
        Assert.That(stored.ETag.Contains('-', StringComparison.Ordinal), Is.EqualTo(length > _bucket.Options.MultipartThreshold));
    }

    [Test]
    public async Task SaveAsync_WhenAnotherProgramStoredTheBytes_ReadsThemToCompare()
    {
        await _bucket!.Client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = _bucket.Name,
            Key = s_key.Value,
            InputStream = new MemoryStream(Bytes(1000)),
            UseChunkEncoding = false,
        });

        Assert.That((await _bucket.Store.FindAsync(s_key, default))!.Sha256, Is.Null);
        Assert.That(await _bucket.Store.SaveAsync(s_key, Content(1000), default), Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(await _bucket.Store.SaveAsync(s_key, Content(1000, seed: 2), default), Is.EqualTo(SaveOutcome.Conflict));
    }

    [Test]
    public async Task ListAsync_WhenForeignNamesAreNoKeys_SkipsThem()
    {
        foreach (var name in new[] { "folder/", "a//b", "ends." })
        {
            await _bucket!.PutForeignAsync(name, []);
        }

        await _bucket!.Store.SaveAsync(s_key, Content(1), default);

        Assert.That(await _bucket.Store.ListAsync(AssetKeyPrefix.All, default).Select(entry => entry.Key).ToListAsync(), Is.EqualTo([s_key]));
    }

    [Test]
    public async Task CopyAsync_WhenTheObjectIsLong_CopiesItInPartsWithHeadersAndMetadata()
    {
        var store = Other(options => options with { CopyThreshold = 6 * Mebibyte, CopyPartSize = 5 * Mebibyte });
        var source = AssetKey.Parse("videos/job 1/final/a+b ü.mp4");
        var content = PatternStream.Content((17 * Mebibyte) + 1);
        var request = new PutObjectRequest
        {
            BucketName = _bucket!.Name,
            Key = source.Value,
            InputStream = new MemoryStream(await BytesOfAsync(content)),
            ContentType = content.MediaType,
            UseChunkEncoding = false,
        };
        request.Headers.CacheControl = "max-age=7";
        request.Headers.ContentDisposition = "inline";
        request.Metadata["sha256"] = content.Sha256.ToString();
        request.Metadata["made-by"] = "somebody";
        await _bucket.Client.PutObjectAsync(request);

        Assert.That(await store.CopyAsync(source, s_key, default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await store.CopyAsync(source, s_key, default), Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(await store.CopyAsync(AssetKey.Parse("absent"), s_key, default), Is.Null);

        var copied = await _bucket.Client.GetObjectMetadataAsync(_bucket.Name, s_key.Value);
        Assert.That(copied.ETag, Does.EndWith("-4\""));
        Assert.That(
            (copied.Headers.ContentType, copied.Headers.CacheControl, copied.Headers.ContentDisposition),
            Is.EqualTo(("video/mp4", "max-age=7", "inline")));
        Assert.That(copied.Metadata["made-by"], Is.EqualTo("somebody"));
        Assert.That(await store.FindAsync(s_key, default), Has.Property("Sha256").EqualTo(content.Sha256).And.Property("Length").EqualTo(content.Length));
        Assert.That(await AssetIdentity.HashAsync(store, s_key, default), Is.EqualTo(content.Sha256));
        Assert.That(await _bucket.ContentsAsync(), Is.EquivalentTo([source.Value, s_key.Value]));
    }

    [Test]
    public async Task CopyAsync_WhenItIsCanceledBetweenParts_LeavesNothing()
    {
        var source = AssetKey.Parse("long.mp4");
        await _bucket!.Store.SaveAsync(source, PatternStream.Content(40 * Mebibyte), default);
        using var cancellation = new CancellationTokenSource();
        var services = S3TestServer.Services(_bucket.Options with { CopyThreshold = 6 * Mebibyte, CopyPartSize = 5 * Mebibyte, UploadParallelism = 2 });
        _others.Add(services);
        var client = (AmazonS3Client)services.GetRequiredService<IAmazonS3>();
        var copied = 0;
        client.AfterResponseEvent += (_, args) =>
        {
            if (args is WebServiceResponseEventArgs { Request: CopyPartRequest } && Interlocked.Increment(ref copied) == 3)
            {
                cancellation.Cancel();
            }
        };

        Assert.That(
            () => services.GetRequiredService<IAssetStore>().CopyAsync(source, s_key, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(copied, Is.InRange(3, 5));
        Assert.That(await _bucket.ContentsAsync(), Is.EqualTo([source.Value]));
    }

    [Test]
    public async Task EveryCall_WhenTheBucketIsMissing_NamesIt()
    {
        var store = Other(options => options with { Bucket = "no-such-bucket" });

        foreach (var call in Calls(store))
        {
            await AssertRejectedAsync(call, "NoSuchBucket", "STORAGE_BUCKET");
        }
    }

    [Test]
    public async Task EveryCall_WhenTheSecretIsWrong_Throws()
    {
        var store = Other(options => options with { SecretAccessKey = new Secret("wrong") });

        // FindAsync too: the response to its HEAD does not have the cause.
        await AssertRejectedAsync(Calls(store)[0], "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY");
        await AssertRejectedAsync(Calls(store)[1], "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY");
    }

    [Test]
    public async Task EveryCall_WhenTheAccessKeyIsUnknown_Throws()
    {
        var store = Other(options => options with { AccessKeyId = new Secret("nobody") });

        await AssertRejectedAsync(Calls(store)[1], "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID");
    }

    [Test]
    public async Task Probe_WhenTheStoreWorks_PassesAndLeavesNothing()
    {
        var result = await new StorageProbe(_bucket!.Store, TimeProvider.System).RunAsync(default);

        Assert.That(result, Is.EqualTo(StorageProbeResult.Passed));
        Assert.That(await _bucket.ContentsAsync(), Is.Empty);
    }

    [Test]
    public async Task Probe_WhenTheBucketIsMissing_NamesTheCause()
    {
        var result = await new StorageProbe(Other(options => options with { Bucket = "no-such-bucket" }), TimeProvider.System).RunAsync(default);

        Assert.That(result.IsWorking, Is.False);
        Assert.That(result.Message, Does.StartWith("A test object could not be written.").And.Contain("STORAGE_BUCKET"));
        Assert.That(result.Error!.Fault, Is.EqualTo(AssetStoreFault.Rejected));
    }

    private protected override async Task<IAssetStore> OpenAsync() => (_bucket = await S3TestServer.CreateBucketAsync()).Store;

    // A port without a listener.
    private protected override Task<IAssetStore> OpenUnreachableAsync() =>
        Task.FromResult(Other(options => options with { Endpoint = new Uri("http://127.0.0.1:9"), MaxRetries = 1 }));

    private protected override async Task<IReadOnlyList<string>> LeftoversAsync() => await _bucket!.ContentsAsync();

    private static async Task<byte[]> BytesOfAsync(AssetContent content)
    {
        var bytes = new byte[content.Length];
        await using var stream = await content.OpenAsync(default);
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static List<Func<Task>> Calls(IAssetStore store) =>
    [
        async () => await store.FindAsync(s_key, default),
        async () => await store.OpenReadAsync(s_key, null, default),
        async () => await store.SaveAsync(s_key, Content(1), default),
        async () => await store.ReplaceAsync(s_key, Content(1), default),
        async () => await store.CopyAsync(s_key, AssetKey.Parse("copy"), default),
        async () => await store.DeleteAsync(s_key, default),
        async () => await store.ListAsync(AssetKeyPrefix.All, default).ToListAsync(),
    ];

    private static async Task AssertRejectedAsync(Func<Task> call, string code, string whatToCheck)
    {
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(call);
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Rejected));
        Assert.That(error.Message, Does.Contain(code).And.Contain(whatToCheck));
    }

    private IAssetStore Other(Func<S3StoreOptions, S3StoreOptions> change)
    {
        var services = S3TestServer.Services(change(_bucket!.Options));
        _others.Add(services);
        return services.GetRequiredService<IAssetStore>();
    }
}
