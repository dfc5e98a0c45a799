using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Write;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Single-request writes against a scripted server: bodies, hashes, conditions.</summary>
[Category("Integration")]
internal sealed class S3WriteTests : ScriptedS3Tests
{
    private static readonly AssetKey s_key = AssetKey.Parse("a/b c.png");

    [TestCase(500, "InternalError")]
    [TestCase(503, "SlowDown")]
    [TestCase(503, "ServiceUnavailable")]
    [TestCase(400, "RequestTimeout")]
    [TestCase(502, "")]
    public async Task SaveAsync_WhenTheStoreFailsTwice_SendsTheWholeBodyThreeTimes(int status, string code)
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context) : Puts < 3 ? Fail(context, status, code) : Task.CompletedTask;
        var content = AssetContent.FromBytes(new byte[100_000], "image/png");

        Assert.That(await Store().SaveAsync(s_key, content, default), Is.EqualTo(SaveOutcome.Stored));

        var puts = Requests.Where(request => request.Method == "PUT").ToList();
        Assert.That(puts, Has.Count.EqualTo(3));
        Assert.That(puts.Select(put => put.Body.Length), Is.All.EqualTo(100_000));
        Assert.That(puts.Select(put => put.Headers.GetValueOrDefault("If-None-Match")), Is.All.EqualTo("*"));
        Assert.That(puts.Select(put => put.Headers.ContainsKey("Expect")), Is.All.False);
        Assert.That(puts.Select(put => put.Authorization), Is.All.Not.Empty);
        Assert.That(puts.Select(put => put.Headers["x-amz-content-sha256"]), Is.All.EqualTo(content.Sha256.ToString()));
    }

    [TestCase(1_000)]
    [TestCase(100)]
    public async Task ReplaceAsync_WhenOfAnyLength_SignsTheHashAndReadsTheContentOnce(int threshold)
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context) : request.Method == "POST" ? Uploaded(request, context) : Tagged(context);
        var known = PatternStream.Content(1_000);
        var opened = 0;
        var content = known with
        {
            OpenAsync = token =>
            {
                opened++;
                return known.OpenAsync(token);
            },
        };

        await Store(options => options with { MultipartThreshold = threshold, PartSize = 400, UploadParallelism = 1 }).ReplaceAsync(s_key, content, default);

        var puts = Requests.Where(request => request.Method == "PUT").ToList();
        Assert.That(opened, Is.EqualTo(1));
        Assert.That(puts.Sum(put => put.Body.Length), Is.EqualTo(1_000));
        Assert.That(
            puts.Select(put => put.Headers["x-amz-content-sha256"]), Is.EqualTo(puts.Select(put => Convert.ToHexStringLower(SHA256.HashData(put.Body)))));
    }

    [TestCase(1_000)]
    [TestCase(100)]
    public async Task TryWriteAsync_WithTheChecksumsForAmazon_ReadsTheContentOnce(int threshold)
    {
        Respond = (request, context) => request.Method == "POST" ? Uploaded(request, context) : Tagged(context);
        var options = new S3StoreOptions { Bucket = Bucket, Region = "us-east-1", MultipartThreshold = threshold, PartSize = 1_000 };
        Store(); // registers SignedBodies for the process
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("access", "secret"), new AmazonS3Config { ServiceURL = Origin, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        var pipeline = new S3Pipeline(options, TimeProvider.System, NullLogger<S3Pipeline>.Instance);
        using var sender = new PartSender(pipeline, options);
        var abandoned = new AbandonedUploads(client, pipeline, options, NullLogger<AbandonedUploads>.Instance);
        var multipart = new S3MultipartUpload(client, pipeline, sender, abandoned);
        var writer = new S3Writer(client, pipeline, multipart, new ConditionalWrites(NullLogger<ConditionalWrites>.Instance), options);
        var content = PatternStream.Content(1_000);

        Assert.That(await writer.TryWriteAsync(s_key, content, default), Is.True);

        var put = Requests.First(request => request.Method == "PUT");
        Assert.That(put.Body, Has.Length.EqualTo(1_000));
        Assert.That(put.Headers["x-amz-content-sha256"], Is.EqualTo(content.Sha256.ToString()));
        Assert.That(put.Headers.Keys.Where(name => name.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase)), Has.Exactly(1).Items);
    }

    [TestCase(999)]
    [TestCase(1_001)]
    [TestCase(0)]
    public async Task SaveAsync_WhenTheContentIsNotWhatWasAnnounced_NeverCompletesTheBody(int length)
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context) : Task.CompletedTask;
        var content = PatternStream.Content(1_000) with { OpenAsync = _ => ValueTask.FromResult<Stream>(new MemoryStream(new byte[length])) };

        Assert.That(async () => await Store().SaveAsync(s_key, content, default), Throws.InstanceOf<InvalidDataException>());
        var wronglyHashed = PatternStream.Content(1_000) with { Sha256 = PatternStream.Content(1).Sha256 };
        Assert.That(
            async () => await Store().SaveAsync(s_key, wronglyHashed, default),
            Throws.InstanceOf<InvalidDataException>());
        await CloseAsync(); // a request that was begun may still arrive
        Assert.That(Puts, Is.Zero);
    }

    [Test]
    public async Task SaveAsync_WhenTheContentCannotBeRead_ThrowsItsFaultAndCountsNoFailureOfTheStore()
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context) : Task.CompletedTask;
        var store = Store();
        var failure = new IOException("a bad sector");
        var opened = 0;
        var content = PatternStream.Content(100_000) with
        {
            OpenAsync = _ => opened++ % 2 == 0 ? ValueTask.FromResult<Stream>(new BreakingStream(new byte[50_000], failure)) : throw failure,
        };

        for (var i = 0; i < 20; i++)
        {
            Assert.That(async () => await store.SaveAsync(s_key, content, default), Throws.Exception.SameAs(failure));
        }

        Assert.That(opened, Is.EqualTo(20), "content that cannot be read is not read again");
        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(100_000), default), Is.EqualTo(SaveOutcome.Stored));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task SaveAsync_AfterTheStoreAppliedTheCondition_SendsHeadFirstOnlyForLongBodies(bool isHonoured)
    {
        var stored = new ConcurrentDictionary<string, S3Request>();
        Respond = (request, context) =>
        {
            switch (request.Method)
            {
                case "HEAD" when stored.TryGetValue(request.Target, out var existing):
                    context.Response.ContentLength = existing.Body.Length;
                    context.Response.Headers["x-amz-meta-sha256"] = existing.Headers["x-amz-meta-sha256"];
                    return Task.CompletedTask;
                case "HEAD":
                    return Absent(context);
                default:
                    return stored.TryAdd(request.Target, request) || !isHonoured ? Task.CompletedTask : Fail(context, 412, "PreconditionFailed");
            }
        };
        var store = Store();
        var image = PatternStream.Content(1_000);

        Assert.That(await SaveAsync("1", image), Is.EqualTo((SaveOutcome.Stored, "HEAD PUT PUT")), "once it is known");
        Assert.That(await SaveAsync("2", image), Is.EqualTo((SaveOutcome.Stored, isHonoured ? "PUT" : "HEAD PUT")));
        Assert.That(await SaveAsync("2", image), Is.EqualTo((SaveOutcome.AlreadyStored, isHonoured ? "PUT HEAD" : "HEAD")));
        Assert.That(await SaveAsync("2", PatternStream.Content(999)), Is.EqualTo((SaveOutcome.Conflict, isHonoured ? "PUT HEAD" : "HEAD")));
        Assert.That(await SaveAsync("3", PatternStream.Content(5 << 20)), Is.EqualTo((SaveOutcome.Stored, "HEAD PUT")));
        Assert.That(await SaveAsync("3", PatternStream.Content(5 << 20)), Is.EqualTo((SaveOutcome.AlreadyStored, "HEAD")));

        async Task<(SaveOutcome Outcome, string Methods)> SaveAsync(string key, AssetContent content)
        {
            Requests.Clear();
            var outcome = await store.SaveAsync(AssetKey.Parse(key), content, default);
            var methods = Requests.Where(request => !request.Target.Contains("list-type", StringComparison.Ordinal)).Select(request => request.Method);
            return (outcome, string.Join(' ', methods));
        }
    }

    [Test]
    public async Task SaveAsync_WhenTheCheckOfConditionsFails_IsStoredAndTheNextChecksAgain()
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context) : Puts == 2 ? Fail(context, 403, "AccessDenied") : Task.CompletedTask;
        var store = Store();

        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(1_000), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(1_000), default), Is.EqualTo(SaveOutcome.Stored));

        Assert.That(Puts, Is.EqualTo(4));
    }

    [Test]
    public async Task SaveAsync_WhenTheStoreRejectsConditions_StoresWithoutAndRemembers()
    {
        Respond = (request, context) => request.Method == "HEAD" ? Absent(context)
            : request.Headers.ContainsKey("If-None-Match") ? Fail(context, 501, "NotImplemented")
            : Task.CompletedTask;
        var store = Store();

        Assert.That(await store.SaveAsync(s_key, AssetContent.FromBytes(new byte[10], "image/png"), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await store.SaveAsync(s_key, AssetContent.FromBytes(new byte[10], "image/png"), default), Is.EqualTo(SaveOutcome.Stored));

        Assert.That(Puts, Is.EqualTo(3));
    }
}
