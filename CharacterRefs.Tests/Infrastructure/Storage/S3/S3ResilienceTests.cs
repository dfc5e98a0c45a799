using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Write;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>What no good server does: a loopback server that answers as it is told, and the requests that reach it are counted.</summary>
[Category("Integration")]
internal sealed class S3ResilienceTests
{
    private const string Bucket = "bucket";
    private static readonly AssetKey s_key = AssetKey.Parse("a/b c.png");

    private readonly ConcurrentQueue<Seen> _seen = [];
    private readonly List<ServiceProvider> _services = [];
    private Func<Seen, HttpContext, Task> _answer = (_, _) => Task.CompletedTask;
    private LoopbackServer _server = null!;

    [SetUp]
    public async Task SetUp()
    {
        _server = new LoopbackServer(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var seen = new Seen(
                _seen.Count + 1,
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                body.ToArray(),
                context.Request.Headers.Authorization.ToString(),
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            _seen.Enqueue(seen);

            // The look at the bucket, by which an absent object is told from an absent bucket.
            await (seen.Target.Contains("list-type=2", StringComparison.Ordinal) ? Xml(context, "<ListBucketResult/>") : _answer(seen, context));
        });
        await _server.OpenAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var services in _services)
        {
            await services.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [TestCase(500, "InternalError")]
    [TestCase(503, "SlowDown")]
    [TestCase(503, "ServiceUnavailable")]
    [TestCase(400, "RequestTimeout")]
    [TestCase(502, "")]
    public async Task SaveAsync_WhenTheStoreFailsTwice_SendsTheWholeBodyThreeTimes(int status, string code)
    {
        _answer = (seen, context) => seen.Method == "HEAD" ? Absent(context) : Puts < 3 ? Fail(context, status, code) : Task.CompletedTask;
        var content = AssetContent.FromBytes(new byte[100_000], "image/png");

        Assert.That(await Store().SaveAsync(s_key, content, default), Is.EqualTo(SaveOutcome.Stored));

        var puts = _seen.Where(seen => seen.Method == "PUT").ToList();
        Assert.That(puts, Has.Count.EqualTo(3));
        Assert.That(puts.Select(put => put.Body.Length), Is.All.EqualTo(100_000));
        Assert.That(puts.Select(put => put.Headers.GetValueOrDefault("If-None-Match")), Is.All.EqualTo("*"));
        Assert.That(puts.Select(put => put.Headers.ContainsKey("Expect")), Is.All.False);
        Assert.That(puts.Select(put => put.Authorization), Is.All.Not.Empty);
        Assert.That(puts.Select(put => put.Headers["x-amz-content-sha256"]), Is.All.EqualTo(content.Sha256.ToString()));
    }

    [TestCase(1_000)]
    [TestCase(100)]
    public async Task SaveAsync_WhenItSends_SignsByTheHashAndReadsTheContentOnce(int threshold)
    {
        _answer = (seen, context) => seen.Method == "HEAD" ? Absent(context) : seen.Method == "POST" ? Uploaded(seen, context) : Tagged(context);
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

        var puts = _seen.Where(seen => seen.Method == "PUT").ToList();
        Assert.That(opened, Is.EqualTo(1));
        Assert.That(puts.Sum(put => put.Body.Length), Is.EqualTo(1_000));
        Assert.That(
            puts.Select(put => put.Headers["x-amz-content-sha256"]), Is.EqualTo(puts.Select(put => Convert.ToHexStringLower(SHA256.HashData(put.Body)))));
    }

    [TestCase(1_000)]
    [TestCase(100)]
    public async Task TryWriteAsync_WithTheChecksumsThatAmazonGets_ReadsTheContentOnceToo(int threshold)
    {
        _answer = (seen, context) => seen.Method == "POST" ? Uploaded(seen, context) : Tagged(context);
        var options = new S3StoreOptions { Bucket = Bucket, Region = "us-east-1", MultipartThreshold = threshold, PartSize = 1_000 };
        Store(); // what is registered for the process
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("access", "secret"), new AmazonS3Config { ServiceURL = _server.Origin, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        var pipeline = new S3Pipeline(options, TimeProvider.System, NullLogger<S3Pipeline>.Instance);
        using var multipart = new S3MultipartUpload(client, pipeline, options, NullLogger<S3MultipartUpload>.Instance);
        var content = PatternStream.Content(1_000);

        Assert.That(await new S3Writer(client, pipeline, multipart, options, NullLogger<S3Writer>.Instance).TryWriteAsync(s_key, content, default), Is.True);

        var put = _seen.First(seen => seen.Method == "PUT");
        Assert.That(put.Body, Has.Length.EqualTo(1_000));
        Assert.That(put.Headers["x-amz-content-sha256"], Is.EqualTo(content.Sha256.ToString()));
        Assert.That(put.Headers.Keys.Where(name => name.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase)), Has.Exactly(1).Items);
    }

    [TestCase(999)]
    [TestCase(1_001)]
    [TestCase(0)]
    public async Task SaveAsync_WhenTheContentIsNotWhatWasAnnounced_NeverCompletesTheBody(int length)
    {
        _answer = (seen, context) => seen.Method == "HEAD" ? Absent(context) : Task.CompletedTask;
        var content = PatternStream.Content(1_000) with { OpenAsync = _ => ValueTask.FromResult<Stream>(new MemoryStream(new byte[length])) };

        Assert.That(async () => await Store().SaveAsync(s_key, content, default), Throws.InstanceOf<InvalidDataException>());
        Assert.That(
            async () => await Store().SaveAsync(s_key, content with { OpenAsync = PatternStream.Content(1_000).OpenAsync, Sha256 = PatternStream.Content(1).Sha256 }, default),
            Throws.InstanceOf<InvalidDataException>());
        await Task.Delay(50); // what was sent of it may still be on its way
        Assert.That(Puts, Is.Zero);
    }

    [Test]
    public async Task SaveAsync_WhenTheContentCannotBeRead_SaysSoAndBlamesNotTheStore()
    {
        _answer = (seen, context) => seen.Method == "HEAD" ? Absent(context) : Task.CompletedTask;
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

        Assert.That(opened, Is.EqualTo(20), "what cannot be read is not read again");
        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(100_000), default), Is.EqualTo(SaveOutcome.Stored));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task SaveAsync_OnceTheStoreKeptToTheCondition_LooksFirstOnlyForLongBodies(bool isKept)
    {
        var stored = new ConcurrentDictionary<string, Seen>();
        _answer = (seen, context) =>
        {
            switch (seen.Method)
            {
                case "HEAD" when stored.TryGetValue(seen.Target, out var there):
                    context.Response.ContentLength = there.Body.Length;
                    context.Response.Headers["x-amz-meta-sha256"] = there.Headers["x-amz-meta-sha256"];
                    return Task.CompletedTask;
                case "HEAD":
                    return Absent(context);
                default:
                    return stored.TryAdd(seen.Target, seen) || !isKept ? Task.CompletedTask : Fail(context, 412, "PreconditionFailed");
            }
        };
        var store = Store();
        var image = PatternStream.Content(1_000);

        Assert.That(await SaveAsync("1", image), Is.EqualTo((SaveOutcome.Stored, "HEAD PUT PUT")), "once it is tried out");
        Assert.That(await SaveAsync("2", image), Is.EqualTo((SaveOutcome.Stored, isKept ? "PUT" : "HEAD PUT")));
        Assert.That(await SaveAsync("2", image), Is.EqualTo((SaveOutcome.AlreadyStored, isKept ? "PUT HEAD" : "HEAD")));
        Assert.That(await SaveAsync("2", PatternStream.Content(999)), Is.EqualTo((SaveOutcome.Conflict, isKept ? "PUT HEAD" : "HEAD")));
        Assert.That(await SaveAsync("3", PatternStream.Content(5 << 20)), Is.EqualTo((SaveOutcome.Stored, "HEAD PUT")));
        Assert.That(await SaveAsync("3", PatternStream.Content(5 << 20)), Is.EqualTo((SaveOutcome.AlreadyStored, "HEAD")));

        async Task<(SaveOutcome Outcome, string Methods)> SaveAsync(string key, AssetContent content)
        {
            _seen.Clear();
            var outcome = await store.SaveAsync(AssetKey.Parse(key), content, default);
            return (outcome, string.Join(' ', _seen.Where(seen => !seen.Target.Contains("list-type", StringComparison.Ordinal)).Select(seen => seen.Method)));
        }
    }

    [Test]
    public async Task SaveAsync_WhenTryingTheConditionOutFails_HasStoredAllTheSameAndTriesAgain()
    {
        _answer = (seen, context) => seen.Method == "HEAD" ? Absent(context) : Puts == 2 ? Fail(context, 403, "AccessDenied") : Task.CompletedTask;
        var store = Store();

        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(1_000), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await store.SaveAsync(s_key, PatternStream.Content(1_000), default), Is.EqualTo(SaveOutcome.Stored));

        Assert.That(Puts, Is.EqualTo(4));
    }

    [TestCase(0, 1)]
    [TestCase(16 << 20, 1)]
    [TestCase(40 << 20, 3)]
    public async Task RunAsync_WhenTheStoreHangs_WaitsAsLongAsTheBodyMayTake(long length, int attempts)
    {
        var clock = new FakeTimeProvider();
        var options = new S3StoreOptions { Bucket = Bucket, Region = "us-east-1", MaxRetries = 0, AttemptTimeout = TimeSpan.FromSeconds(30) };
        var running = new S3Pipeline(options, clock, NullLogger<S3Pipeline>.Instance).RunAsync(
            async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            },
            length,
            CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds((30 * attempts) - 1));
        await Task.Delay(50);
        Assert.That(running.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.That(error!.Message, Does.Contain("in time"));
    }

    [TestCase(0, 1)]
    [TestCase(2, 3)]
    [TestCase(4, 5)]
    public async Task FindAsync_WhenTheStoreKeepsFailing_AsksOnceAndAsOftenAsSet(int retries, int requests)
    {
        _answer = (_, context) => Fail(context, 500, "InternalError");

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store(options => options with { MaxRetries = retries }).FindAsync(s_key, default));

        Assert.That(_seen, Has.Count.EqualTo(requests));
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        Assert.That(error.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task SaveAsync_WhenTheConnectionKeepsBreaking_SendsAsOftenAsSet()
    {
        _answer = (seen, context) =>
        {
            if (seen.Method == "PUT")
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return Absent(context);
        };
        var opened = 0;
        var content = PatternStream.Content(1 << 20);
        var counted = content with
        {
            OpenAsync = token =>
            {
                opened++;
                return content.OpenAsync(token);
            },
        };

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store(options => options with { MaxRetries = 2 }).SaveAsync(s_key, counted, default));

        Assert.That(error!.Message, Does.Contain("broke"));
        Assert.That((Puts, opened), Is.EqualTo((3, 3)), "the SDK repeats nothing by itself");
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
    public async Task OpenReadAsync_WhenTheStoreRefuses_SaysWhyAndAsksOnce(int status, string code, string words)
    {
        _answer = (_, context) => Fail(context, status, code);

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store().OpenReadAsync(s_key, null, default));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Refused));
        Assert.That(error.Message, Does.Contain(words).And.Not.Contain("secret-words"));
        Assert.That(_seen, Has.Count.EqualTo(1));
    }

    [TestCase("<html>404 page not found</html>")]
    [TestCase("404 page not found")]
    [TestCase("")]
    public async Task EveryCall_WhenWhatAnswersIsNoStore_SaysSoAndTakesNothingForAbsent(string page)
    {
        // A web server, or a proxy that has lost the store behind it.
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
    public async Task FindAsync_WhenTheStoreHangs_GivesUpInTime()
    {
        _answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store(options => options with
        {
            AttemptTimeout = TimeSpan.FromMilliseconds(300),
            MaxRetries = 1,
        }).FindAsync(s_key, default));

        Assert.That(error!.Message, Does.Contain("in time"));
        Assert.That(error.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        Assert.That(_seen, Has.Count.EqualTo(2));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task FindAsync_WhenEveryAttemptIsSlow_StopsAtTheTotalLimit()
    {
        _answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

        await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => Store(options => options with
        {
            AttemptTimeout = TimeSpan.FromSeconds(1),
            TotalTimeout = TimeSpan.FromSeconds(2.5),
            MaxRetries = 10,
        }).FindAsync(s_key, default));

        Assert.That(_seen, Has.Count.InRange(2, 3));
    }

    [Test]
    public async Task OpenReadAsync_WhenTheBodyStalls_TheReadGivesUp()
    {
        _answer = async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        await using var asset = await Store(options => options with { AttemptTimeout = TimeSpan.FromMilliseconds(500) }).OpenReadAsync(s_key, null, default);
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => asset!.Content.CopyToAsync(Stream.Null));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
    }

    [Test]
    public async Task OpenReadAsync_WhenTheBodyBreaksOff_TheReadFails()
    {
        _answer = async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(200);
            context.Abort();
        };

        await using var asset = await Store().OpenReadAsync(s_key, null, default);
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => asset!.Content.CopyToAsync(Stream.Null));

        Assert.That(error!.Message, Does.Contain("broke"));
    }

    [Test]
    public async Task FindAsync_WhenTheCallerGivesUp_StopsAtOnceAndSaysNothingOfTheStore()
    {
        using var cancellation = new CancellationTokenSource();
        _answer = (_, context) =>
        {
            cancellation.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        Assert.That(async () => await Store().FindAsync(s_key, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_seen, Has.Count.EqualTo(1));
        await Task.CompletedTask;
    }

    [Test]
    public async Task EveryCall_WhenTheStoreFailedOften_IsRefusedWithoutAsking()
    {
        _answer = (_, context) => Fail(context, 503, "SlowDown");
        var store = Store(options => options with { MaxRetries = 0, BreakDuration = TimeSpan.FromMilliseconds(700) }, out var services);
        for (var i = 0; i < 6; i++)
        {
            await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));
        }

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(_seen, Has.Count.EqualTo(6));
        Assert.That(error!.Message, Does.Contain("left alone"));
        Assert.That(services.GetRequiredService<S3Pipeline>().IsOpen, Is.True);
        _answer = (_, _) => Task.CompletedTask;
        await Task.Delay(1000);
        Assert.That(await store.FindAsync(s_key, default), Is.Not.Null);
        Assert.That(services.GetRequiredService<S3Pipeline>().IsOpen, Is.False);
    }

    [Test]
    public async Task EveryCall_WhenTheStoreRefusesOften_IsStillAsked()
    {
        _answer = (_, context) => Fail(context, 403, "AccessDenied");
        var store = Store();

        for (var i = 0; i < 15; i++)
        {
            await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.OpenReadAsync(s_key, null, default));
        }

        Assert.That(_seen, Has.Count.EqualTo(15));
    }

    [Test]
    public async Task SaveAsync_WhenTheStoreKnowsNoConditions_StoresWithoutAndRemembers()
    {
        _answer = (seen, context) =>
            seen.Method == "HEAD" ? Absent(context) : seen.Headers.ContainsKey("If-None-Match") ? Fail(context, 501, "NotImplemented") : Task.CompletedTask;
        var store = Store();

        Assert.That(await store.SaveAsync(s_key, AssetContent.FromBytes(new byte[10], "image/png"), default), Is.EqualTo(SaveOutcome.Stored));
        Assert.That(await store.SaveAsync(s_key, AssetContent.FromBytes(new byte[10], "image/png"), default), Is.EqualTo(SaveOutcome.Stored));

        Assert.That(Puts, Is.EqualTo(3));
    }

    [Test]
    public async Task SaveAsync_WhenAPartKeepsFailing_AbortsTheUpload()
    {
        _answer = (seen, context) => seen switch
        {
            { Method: "HEAD" } => Absent(context),
            { Method: "POST" } => Xml(context, "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
            { Method: "PUT" } when seen.Target.Contains("partNumber=2", StringComparison.Ordinal) => Fail(context, 500, "InternalError"),
            { Method: "PUT" } => Tagged(context),
            _ => Task.CompletedTask,
        };
        var store = Store(options => options with { MultipartThreshold = 100, PartSize = 100, UploadParallelism = 2, MaxRetries = 2 });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.SaveAsync(s_key, PatternStream.Content(1_000), default));

        Assert.That(error!.Message, Does.Contain("InternalError"));
        Assert.That(_seen.Count(seen => seen.Target.Contains("partNumber=2", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(_seen.Last().Method, Is.EqualTo("DELETE"));
        Assert.That(_seen.Last().Target, Does.Contain("uploadId=upload-1"));
        Assert.That(_seen.Count(seen => seen.Method == "DELETE"), Is.EqualTo(1));
        Assert.That(_seen.Count(seen => seen.Method == "POST"), Is.EqualTo(1));
    }

    [Test]
    public async Task SaveAsync_WhenTheAnswerToTheLastStepIsLost_FindsItsWorkDone()
    {
        var content = PatternStream.Content(1_000, "image/png");
        var isDone = false;
        _answer = (seen, context) =>
        {
            switch (seen.Method)
            {
                case "HEAD" when isDone:
                    context.Response.ContentLength = content.Length;
                    context.Response.Headers["x-amz-meta-sha256"] = content.Sha256.ToString();
                    return Task.CompletedTask;
                case "HEAD":
                    return Absent(context);
                case "POST" when seen.Target.Contains("uploads", StringComparison.Ordinal):
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
        Assert.That(_seen.Select(seen => seen.Method), Has.None.EqualTo("DELETE"));
    }

    [TestCase(0)]
    [TestCase(500)]
    public async Task CopyAsync_WhenAPartFails_IsTriedAgainAndInTheEndAborted(int failures)
    {
        var failed = 0;
        _answer = (seen, context) =>
        {
            switch (seen)
            {
                case { Method: "HEAD" } when seen.Target.EndsWith("/to", StringComparison.Ordinal):
                    return Absent(context);
                case { Method: "HEAD" }:
                    context.Response.ContentLength = 1_000;
                    return Tagged(context);
                case { Method: "POST" }:
                    return Uploaded(seen, context);
                case { Method: "PUT" } when seen.Target.Contains("partNumber=2", StringComparison.Ordinal) && failed++ <= failures:
                    // S3 may fail after it has begun to answer: 200 with an error in the body.
                    return Xml(context, "<Error><Code>InternalError</Code></Error>");
                case { Method: "PUT" }:
                    return Xml(context, "<CopyPartResult><ETag>\"0123456789abcdef0123456789abcdef\"</ETag></CopyPartResult>");
                default:
                    return Task.CompletedTask;
            }
        };
        var store = Store(options => options with { CopyThreshold = 100, CopyPartSize = 300, UploadParallelism = 2, MaxRetries = 2 });

        var copying = store.CopyAsync(s_key, AssetKey.Parse("to"), default);

        if (failures == 0)
        {
            Assert.That(await copying, Is.EqualTo(SaveOutcome.Stored));
            Assert.That(
                _seen.Where(seen => seen.Method == "PUT").Select(seen => seen.Headers["x-amz-copy-source-range"]).Distinct(),
                Is.EquivalentTo(["bytes=0-299", "bytes=300-599", "bytes=600-899", "bytes=900-999"]));
            Assert.That(_seen.Last(seen => seen.Method == "POST").Headers["If-None-Match"], Is.EqualTo("*"));
        }
        else
        {
            Assert.That((await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => copying))!.Message, Does.Contain("InternalError"));
            Assert.That(failed, Is.EqualTo(3));
            Assert.That(_seen.Last().Method, Is.EqualTo("DELETE"));
        }
    }

    [Test]
    public async Task CopyAsync_WhenTheSourceIsReplacedBetweenParts_CopiesTheNewOneFromTheStart()
    {
        var parts = 0;
        _answer = (seen, context) =>
        {
            switch (seen)
            {
                case { Method: "HEAD" } when seen.Target.EndsWith("/to", StringComparison.Ordinal):
                    return Absent(context);
                case { Method: "HEAD" }:
                    context.Response.ContentLength = 1_000;
                    context.Response.Headers.ETag = parts == 0 ? "\"old\"" : "\"new\"";
                    return Task.CompletedTask;
                case { Method: "POST" }:
                    return Uploaded(seen, context);
                case { Method: "PUT" }:
                    parts++;
                    return Xml(context, "<CopyPartResult><ETag>\"0123456789abcdef0123456789abcdef\"</ETag></CopyPartResult>");
                default:
                    return Task.CompletedTask;
            }
        };

        var outcome = await Store(options => options with { CopyThreshold = 100, CopyPartSize = 500 }).CopyAsync(s_key, AssetKey.Parse("to"), default);

        Assert.That(outcome, Is.EqualTo(SaveOutcome.Stored));
        Assert.That(
            // Both keys are looked at together. When the absence is answered first, the bucket is looked for too.
            _seen.Where(seen => seen.Method != "HEAD" && !seen.Target.Contains("list-type=2", StringComparison.Ordinal)).Select(seen => seen.Method),
            Is.EqualTo(["POST", "PUT", "PUT", "DELETE", "POST", "PUT", "PUT", "POST", "GET"]),
            "the last one looks for uploads that others left");
    }

    [TestCase(100)]
    [TestCase(1_000)]
    public async Task ReplaceAsync_WhenItSends_AsksForNoFreeKeyAndNeedsNoLookBefore(int length)
    {
        _answer = (seen, context) => seen.Method == "POST" ? Uploaded(seen, context) : Tagged(context);

        await Store(options => options with { MultipartThreshold = 100, PartSize = 1_000 }).ReplaceAsync(s_key, PatternStream.Content(length), default);

        Assert.That(_seen.Select(seen => seen.Method), Is.EqualTo(length > 100 ? ["POST", "PUT", "POST", "GET"] : new[] { "PUT" }));
        Assert.That(_seen.Select(seen => seen.Headers.ContainsKey("If-None-Match")), Is.All.False);
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(99, 3)]
    public async Task ReplaceAsync_WhenTheUploadIsGoneAtTheLastStep_LooksAndSendsAgain(int doneWith, int uploads)
    {
        var content = PatternStream.Content(1_000, "image/png");
        var begun = 0;
        _answer = (seen, context) =>
        {
            switch (seen.Method)
            {
                case "HEAD":
                    context.Response.ContentLength = content.Length;
                    context.Response.ContentType = content.MediaType;
                    context.Response.Headers["x-amz-meta-sha256"] = (begun >= doneWith ? content : PatternStream.Content(1)).Sha256.ToString();
                    return Task.CompletedTask;
                case "POST" when seen.Target.Contains("uploads", StringComparison.Ordinal):
                    begun++;
                    return Uploaded(seen, context);
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

    [Test]
    public async Task EveryCall_WhenThereAreNoCredentials_SaysFastWhatWasLookedFor()
    {
        var store = Store(options => options with { AccessKeyId = null, SecretAccessKey = null, Profile = "no-such-profile-anywhere" });
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(error.Message, Does.Contain("AWS_ACCESS_KEY_ID").And.Contain("AWS_PROFILE").And.Contain("~/.aws/credentials"));
        Assert.That(_seen, Is.Empty);
        Assert.That((await new StorageProbe(store, TimeProvider.System).RunAsync(default)).Error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
    }

    [Test]
    public async Task EveryCall_WhenTheWholeChainIsEmpty_SaysFastWhatWasLookedFor()
    {
        Assume.That(Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Is.Null, "This environment has keys of its own.");

        // What a container off AWS is told to set. Without it the chain ends at the metadata service, see S3CredentialsTests.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", Path.Join(Path.GetTempPath(), "no-such-credentials"));
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", Path.Join(Path.GetTempPath(), "no-such-config"));
        var store = Store(options => options with { AccessKeyId = null, SecretAccessKey = null });
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(_seen, Is.Empty);
    }

    [Test]
    public async Task RunAsync_WhenTheSdkCannotAskWithTheSettings_LogsItsCauseBecauseTheWordsPointThere()
    {
        using var log = new CapturedLog();
        var pipeline = new S3Pipeline(new S3StoreOptions { Bucket = Bucket, Region = "us-east-1" }, TimeProvider.System, log.Of<S3Pipeline>());

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => pipeline.RunAsync<int>(_ => throw new AmazonClientException("the SDK's cause"), default));

        Assert.That(error!.Message, Does.EndWith("The log has the cause."));
        Assert.That(log.Lines, Has.Count.EqualTo(1).And.One.StartsWith("Error").And.One.Contain("the SDK's cause"));
    }

    private int Puts => _seen.Count(seen => seen.Method == "PUT");

    private static Task Absent(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private static Task Fail(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return code.Length == 0 || context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : Xml(context, $"<Error><Code>{System.Security.SecurityElement.Escape(code)}</Code><Message>secret-words</Message></Error>");
    }

    private static Task Xml(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml);
    }

    private static Task Uploaded(Seen seen, HttpContext context) => Xml(context, seen.Target.Contains("uploads", StringComparison.Ordinal)
        ? "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"
        : "<CompleteMultipartUploadResult/>");

    private static Task Tagged(HttpContext context)
    {
        context.Response.Headers.ETag = "\"0123456789abcdef0123456789abcdef\"";
        return Task.CompletedTask;
    }

    private IAssetStore Store(Func<S3StoreOptions, S3StoreOptions>? change = null) => Store(change ?? (options => options), out _);

    private IAssetStore Store(Func<S3StoreOptions, S3StoreOptions> change, out ServiceProvider services)
    {
        services = S3TestServer.Services(change(new S3StoreOptions
        {
            Bucket = Bucket,
            Endpoint = new Uri(_server.Origin),
            Region = "us-east-1",
            AccessKeyId = new Secret("access"),
            SecretAccessKey = new Secret("secret"),
            RetryDelay = TimeSpan.FromMilliseconds(5),
        }));
        _services.Add(services);
        return services.GetRequiredService<IAssetStore>();
    }

    private sealed record Seen(int Number, string Method, string Target, byte[] Body, string Authorization, Dictionary<string, string> Headers);
}
