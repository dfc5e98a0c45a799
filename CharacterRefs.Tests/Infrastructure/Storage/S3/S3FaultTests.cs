using Amazon.Runtime;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Translation of error responses and missing credentials.</summary>
[Category("Integration")]
internal sealed class S3FaultTests : ScriptedS3Tests
{
    private static readonly AssetKey s_key = AssetKey.Parse("a/b c.png");

    [Test]
    public async Task OpenReadAsync_WhenTheStoreDeniesAccessOften_StillSendsRequests()
    {
        Respond = (_, context) => Fail(context, 403, "AccessDenied");
        var store = Store();

        for (var i = 0; i < 15; i++)
        {
            await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.OpenReadAsync(s_key, null, default));
        }

        Assert.That(Requests, Has.Count.EqualTo(15));
    }

    [TestCase(403, "AccessDenied", "s3:PutObject")]
    [TestCase(403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID")]
    [TestCase(403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY")]
    [TestCase(403, "RequestTimeTooSkewed", "clock")]
    [TestCase(400, "ExpiredToken", "AWS_SESSION_TOKEN")]
    [TestCase(404, "NoSuchBucket", "STORAGE_BUCKET")]
    [TestCase(400, "AuthorizationHeaderMalformed", "AWS_REGION")]
    [TestCase(403, "QuotaExceeded", "quota")]
    [TestCase(418, "Teapot", "Teapot")]
    [TestCase(400, "not a <code>", "400")]
    public async Task OpenReadAsync_WhenTheStoreRejects_ThrowsTheCauseAndDoesNotRetry(int status, string code, string cause)
    {
        Respond = (_, context) => Fail(context, status, code);

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store().OpenReadAsync(s_key, null, default));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Rejected));
        Assert.That(error.Message, Does.Contain(cause).And.Not.Contain("secret-words"));
        Assert.That(Requests, Has.Count.EqualTo(1));
    }

    [TestCase("<html>404 page not found</html>")]
    [TestCase("404 page not found")]
    [TestCase("")]
    public async Task EveryCall_WhenTheServerIsNoStore_ThrowsAndTakesNothingForAbsent(string page)
    {
        // A web server, or a proxy that has lost its store.
        await using var server = new LoopbackServer(context =>
        {
            context.Response.StatusCode = 404;
            return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(page);
        });
        await server.OpenAsync();
        var store = Store(options => options with { Endpoint = new Uri(server.Origin), MultipartThreshold = 100 });
        Func<Task>[] calls =
        [
            () => store.FindAsync(s_key, default),
            () => store.OpenReadAsync(s_key, null, default),
            () => store.SaveAsync(s_key, PatternStream.Content(10), default),
            () => store.ReplaceAsync(s_key, PatternStream.Content(10), default),
            () => store.ReplaceAsync(s_key, PatternStream.Content(1_000), default),
            () => store.CopyAsync(s_key, AssetKey.Parse("to"), default),
            () => store.DeleteAsync(s_key, default),
            async () => await store.ListAllAsync(AssetLayout.References, default).ToListAsync(),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => call());
            Assert.That(error!.Message, Does.Contain("S3_ENDPOINT"));
        }
    }

    [Test]
    public async Task FindAsync_WhenTheProfileHasNoCredentials_ThrowsWithoutARequest()
    {
        var store = Store(options => options with { AccessKeyId = null, SecretAccessKey = null, Profile = "no-such-profile-anywhere" });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(error.InnerException, Is.Not.InstanceOf<TimeoutException>(), "it does not wait for what is not there");
        Assert.That(error.Message, Does.Contain("AWS_ACCESS_KEY_ID").And.Contain("AWS_PROFILE").And.Contain("~/.aws/credentials"));
        Assert.That(Requests, Is.Empty);
        Assert.That((await new StorageProbe(store, TimeProvider.System).RunAsync(default)).Error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
    }

    [Test]
    public async Task FindAsync_WhenTheWholeChainHasNoCredentials_ThrowsWithoutARequest()
    {
        Assume.That(Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Is.Null, "This environment has credentials of its own.");

        // What a container outside AWS should set. Without it the chain ends at the metadata service, see S3CredentialsTests.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", Path.Join(Path.GetTempPath(), "no-such-credentials"));
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", Path.Join(Path.GetTempPath(), "no-such-config"));
        var store = Store(options => options with { AccessKeyId = null, SecretAccessKey = null });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(error.InnerException, Is.Not.InstanceOf<TimeoutException>(), "it does not wait for what is not there");
        Assert.That(Requests, Is.Empty);
    }

    [Test]
    public async Task RunAsync_WhenTheSdkCannotCreateTheRequest_LogsItsCause()
    {
        using var log = new CapturedLog();
        var pipeline = new S3Pipeline(new S3StoreOptions { Bucket = Bucket, Region = "us-east-1" }, TimeProvider.System, log.Of<S3Pipeline>());

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(
            () => pipeline.RunAsync<int>(_ => throw new AmazonClientException("the SDK's cause"), default));

        Assert.That(error!.Message, Does.EndWith("The log has the cause."));
        Assert.That(log.Lines, Has.Count.EqualTo(1).And.One.StartsWith("Error").And.One.Contain("the SDK's cause"));
    }

    [TestCase("\"0x8DABCDEF\"")]
    [TestCase("\"0x8DC0FFEE12345678\"")]
    [TestCase("W/\"0123456789abcdef0123456789abcdef\"")]
    [TestCase("\"0123456789abcdef0123456789abcdef\"")]
    [TestCase("\"\"")]
    public async Task AnyCall_WhenTheETagIsNoHashOfTheBytes_Works(string tag)
    {
        byte[] bytes = [1, 2, 3];
        Respond = async (request, context) =>
        {
            context.Response.Headers.ETag = tag;
            context.Response.Headers["x-amz-meta-sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            context.Response.ContentLength = request.Method == "PUT" ? 0 : bytes.Length;
            if (request.Method == "GET")
            {
                await context.Response.Body.WriteAsync(bytes);
            }
        };
        var store = Store(options => options with { MaxRetries = 0 });

        await store.ReplaceAsync(AssetKey.Parse("a/b.png"), AssetContent.FromBytes(bytes, "image/png"), default);
        Assert.That((await store.FindAsync(AssetKey.Parse("a/b.png"), default))!.Length, Is.EqualTo(3));
        Assert.That(await AssetIdentity.HashAsync(store, AssetKey.Parse("a/b.png"), default), Is.EqualTo(AssetContent.FromBytes(bytes, "").Sha256));
    }
}
