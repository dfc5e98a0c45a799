using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Uploads and copies in parts against a scripted server.</summary>
[Category("Integration")]
internal sealed class S3MultipartTests : ScriptedS3Tests
{
    private static readonly AssetKey s_key = AssetKey.Parse("a/b c.png");

    [Test]
    public async Task SaveAsync_WhenAPartKeepsFailing_AbortsTheUpload()
    {
        Respond = (request, context) => request switch
        {
            { Method: "HEAD" } => Absent(context),
            { Method: "POST" } => Xml(context, "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
            { Method: "PUT" } when request.Target.Contains("partNumber=2", StringComparison.Ordinal) => Fail(context, 500, "InternalError"),
            { Method: "PUT" } => Tagged(context),
            _ => Task.CompletedTask,
        };
        var store = Store(options => options with { MultipartThreshold = 100, PartSize = 100, UploadParallelism = 2, MaxRetries = 2 });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.SaveAsync(s_key, PatternStream.Content(1_000), default));

        Assert.That(error!.Message, Does.Contain("InternalError"));
        Assert.That(Requests.Count(request => request.Target.Contains("partNumber=2", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(Requests.Last().Method, Is.EqualTo("DELETE"));
        Assert.That(Requests.Last().Target, Does.Contain("uploadId=upload-1"));
        Assert.That(Requests.Count(request => request.Method == "DELETE"), Is.EqualTo(1));
        Assert.That(Requests.Count(request => request.Method == "POST"), Is.EqualTo(1));
    }

    [Test]
    public async Task SaveAsync_WhenTheResponseToTheCompletionIsLost_ReturnsAlreadyStored()
    {
        var content = PatternStream.Content(1_000, "image/png");
        var isDone = false;
        Respond = (request, context) =>
        {
            switch (request.Method)
            {
                case "HEAD" when isDone:
                    context.Response.ContentLength = content.Length;
                    context.Response.Headers["x-amz-meta-sha256"] = content.Sha256.ToString();
                    return Task.CompletedTask;
                case "HEAD":
                    return Absent(context);
                case "POST" when request.Target.Contains("uploads", StringComparison.Ordinal):
                    return Xml(context, "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
                case "POST" when !isDone:
                    isDone = true;
                    context.Abort();
                    return Task.CompletedTask;
                case "POST":
                    return Fail(context, 404, "NoSuchUpload");
                default:
                    return Tagged(context);
            }
        };

        var outcome = await Store(options => options with { MultipartThreshold = 100, PartSize = 1_000 }).SaveAsync(s_key, content, default);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.AlreadyStored));
        Assert.That(Requests.Select(request => request.Method), Has.None.EqualTo("DELETE"));
    }

    [TestCase(0)]
    [TestCase(500)]
    public async Task CopyAsync_WhenAPartFails_RetriesItAndFinallyAborts(int failures)
    {
        var failed = 0;
        // S3 may fail after it has begun its response: 200 with an error in the body.
        Respond = (request, context) =>
            request.Method == "PUT" && request.Target.Contains("partNumber=2", StringComparison.Ordinal) && failed++ <= failures
                ? Xml(context, "<Error><Code>InternalError</Code></Error>")
                : Copied(request, context, "\"0123456789abcdef0123456789abcdef\"");
        var store = Store(options => options with { CopyThreshold = 100, CopyPartSize = 300, UploadParallelism = 2, MaxRetries = 2 });

        var copying = store.CopyAsync(s_key, AssetKey.Parse("to"), default);

        if (failures == 0)
        {
            Assert.That(await copying, Is.EqualTo(SaveOutcome.Stored));
            Assert.That(
                Requests.Where(request => request.Method == "PUT").Select(request => request.Headers["x-amz-copy-source-range"]).Distinct(),
                Is.EquivalentTo(["bytes=0-299", "bytes=300-599", "bytes=600-899", "bytes=900-999"]));
            Assert.That(Requests.Last(request => request.Method == "POST").Headers["If-None-Match"], Is.EqualTo("*"));
        }
        else
        {
            Assert.That((await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => copying))!.Message, Does.Contain("InternalError"));
            Assert.That(failed, Is.EqualTo(3));
            Assert.That(Requests.Last().Method, Is.EqualTo("DELETE"));
        }
    }

    [Test]
    public async Task CopyAsync_WhenTheSourceIsReplacedBetweenParts_CopiesTheNewOneFromTheStart()
    {
        var parts = 0;
        Respond = (request, context) =>
        {
            parts += request.Method == "PUT" ? 1 : 0;
            return Copied(request, context, parts == 0 ? "\"old\"" : "\"new\"");
        };

        var outcome = await Store(options => options with { CopyThreshold = 100, CopyPartSize = 500 }).CopyAsync(s_key, AssetKey.Parse("to"), default);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(
            // HEAD is sent for both keys at once. When the absence is found first, the bucket is listed too.
            Requests
                .Where(request => request.Method != "HEAD" && !request.Target.Contains("list-type=2", StringComparison.Ordinal))
                .Select(request => request.Method),
            Is.EqualTo(["POST", "PUT", "PUT", "DELETE", "POST", "PUT", "PUT", "POST", "GET"]),
            "the last one lists abandoned uploads");
    }

    [TestCase(100)]
    [TestCase(1_000)]
    public async Task ReplaceAsync_WhenOfAnyLength_SendsNoConditionAndNoHead(int length)
    {
        Respond = (request, context) => request.Method == "POST" ? Uploaded(request, context) : Tagged(context);

        await Store(options => options with { MultipartThreshold = 100, PartSize = 1_000 }).ReplaceAsync(s_key, PatternStream.Content(length), default);

        Assert.That(Requests.Select(request => request.Method), Is.EqualTo(length > 100 ? ["POST", "PUT", "POST", "GET"] : new[] { "PUT" }));
        Assert.That(Requests.Select(request => request.Headers.ContainsKey("If-None-Match")), Is.All.False);
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(99, 3)]
    public async Task ReplaceAsync_WhenTheUploadIsGoneAtItsCompletion_SendsHeadAndUploadsAgain(int doneWith, int uploads)
    {
        var content = PatternStream.Content(1_000, "image/png");
        var begun = 0;
        Respond = (request, context) =>
        {
            switch (request.Method)
            {
                case "HEAD":
                    context.Response.ContentLength = content.Length;
                    context.Response.ContentType = content.MediaType;
                    context.Response.Headers["x-amz-meta-sha256"] = (begun >= doneWith ? content : PatternStream.Content(1)).Sha256.ToString();
                    return Task.CompletedTask;
                case "POST" when request.Target.Contains("uploads", StringComparison.Ordinal):
                    begun++;
                    return Uploaded(request, context);
                case "POST":
                    return Fail(context, 404, "NoSuchUpload");
                default:
                    return Tagged(context);
            }
        };

        var replacing = Store(options => options with { MultipartThreshold = 100, PartSize = 1_000 }).ReplaceAsync(s_key, content, default);

        if (doneWith < 99)
        {
            await replacing;
        }
        else
        {
            Assert.That((await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => replacing))!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        }

        Assert.That(begun, Is.EqualTo(uploads));
    }

    /// <summary>The response to a step of a copy in parts, from an object of 1,000 bytes with this tag to the free key <c>to</c>.</summary>
    private static Task Copied(S3Request request, HttpContext context, string sourceTag)
    {
        switch (request)
        {
            case { Method: "HEAD" } when request.Target.EndsWith("/to", StringComparison.Ordinal):
                return Absent(context);
            case { Method: "HEAD" }:
                context.Response.ContentLength = 1_000;
                context.Response.Headers.ETag = sourceTag;
                return Task.CompletedTask;
            case { Method: "POST" }:
                return Uploaded(request, context);
            case { Method: "PUT" }:
                return Xml(context, "<CopyPartResult><ETag>\"0123456789abcdef0123456789abcdef\"</ETag></CopyPartResult>");
            default:
                return Task.CompletedTask;
        }
    }
}
