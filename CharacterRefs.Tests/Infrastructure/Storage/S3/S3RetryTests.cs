using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Retries, timeouts and the circuit breaker against a scripted server.</summary>
[Category("Integration")]
internal sealed class S3RetryTests : ScriptedS3Tests
{
    private static readonly AssetKey s_key = AssetKey.Parse("a/b c.png");
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    [TestCase(0, 1)]
    [TestCase(16 << 20, 1)]
    [TestCase(40 << 20, 3)]
    public async Task RunAsync_WhenTheStoreHangs_TimesOutInProportionToTheBody(long length, int attempts)
    {
        var clock = new FakeTimeProvider();
        var options = new S3StoreOptions { Bucket = Bucket, Region = "us-east-1", MaxRetries = 0, AttemptTimeout = TimeSpan.FromSeconds(30) };
        var attempt = CancellationToken.None;
        var running = new S3Pipeline(options, clock, NullLogger<S3Pipeline>.Instance).RunAsync(
            async token =>
            {
                attempt = token;
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            },
            length,
            CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds((30 * attempts) - 1));
        Assert.That(attempt.IsCancellationRequested, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => running.WaitAsync(Condition.Limit));
        Assert.That(error!.Message, Does.Contain("in time"));
    }

    [TestCase(0, 1)]
    [TestCase(2, 3)]
    [TestCase(4, 5)]
    public async Task FindAsync_WhenTheStoreKeepsFailing_RetriesAsOftenAsConfigured(int retries, int requests)
    {
        Respond = (_, context) => Fail(context, 500, "InternalError");

        var store = Store(options => options with { MaxRetries = retries });
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(Requests, Has.Count.EqualTo(requests));
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        Assert.That(error.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task SaveAsync_WhenTheConnectionKeepsBreaking_SendsAsOftenAsConfigured()
    {
        Respond = (request, context) =>
        {
            if (request.Method == "PUT")
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

        var store = Store(options => options with { MaxRetries = 2 });
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.SaveAsync(s_key, counted, default));

        Assert.That(error!.Message, Does.Contain("broke"));
        Assert.That((Puts, opened), Is.EqualTo((3, 3)), "the SDK does not retry");
    }

    [Test]
    public async Task FindAsync_WhenTheStoreHangs_TimesOutEachAttempt()
    {
        var clock = new FakeTimeProvider();
        using var arrived = new SemaphoreSlim(0);
        Respond = (_, context) =>
        {
            arrived.Release();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var finding = Store(options => options with { MaxRetries = 1, RetryDelay = TimeSpan.Zero }, clock).FindAsync(s_key, default);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.That(await arrived.WaitAsync(s_timeout), Is.True);
            clock.Advance(new S3StoreOptions { Bucket = Bucket, Region = "us-east-1" }.AttemptTimeout);
        }

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => finding.WaitAsync(s_timeout));

        Assert.That(error!.Message, Does.Contain("in time"));
        Assert.That(error.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
        Assert.That(Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WhenEveryAttemptIsSlow_StopsAtTheTotalTimeout()
    {
        var clock = new FakeTimeProvider();
        var options = new S3StoreOptions
        {
            Bucket = Bucket,
            Region = "us-east-1",
            AttemptTimeout = TimeSpan.FromSeconds(1),
            TotalTimeout = TimeSpan.FromSeconds(2.5),
            MaxRetries = 10,
            RetryDelay = TimeSpan.Zero,
        };
        using var started = new SemaphoreSlim(0);
        var attempts = 0;
        var running = new S3Pipeline(options, clock, NullLogger<S3Pipeline>.Instance).RunAsync(
            async token =>
            {
                attempts++;
                started.Release();
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            },
            CancellationToken.None);
        foreach (var seconds in (double[])[1, 1, 0.5])
        {
            Assert.That(await started.WaitAsync(s_timeout), Is.True);
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => running.WaitAsync(s_timeout));

        Assert.That(attempts, Is.EqualTo(3));
    }

    [Test]
    public async Task OpenReadAsync_WhenTheBodyStalls_TheReadTimesOut()
    {
        Respond = async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var store = Store(options => options with { AttemptTimeout = TimeSpan.FromMilliseconds(500) }, new FakeTimeProvider());
        await using var asset = await store.OpenReadAsync(s_key, null, default);
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => asset!.Content.CopyToAsync(Stream.Null));

        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.Unreachable));
    }

    [Test]
    public async Task OpenReadAsync_WhenTheBodyBreaksOff_TheReadFails()
    {
        var opened = new TaskCompletionSource();
        Respond = async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await opened.Task;
            context.Abort();
        };

        await using var asset = await Store().OpenReadAsync(s_key, null, default);
        opened.SetResult();
        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => asset!.Content.CopyToAsync(Stream.Null));

        Assert.That(error!.Message, Does.Contain("broke"));
    }

    [Test]
    public void FindAsync_WhenTheCallerCancels_StopsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        Respond = (_, context) =>
        {
            cancellation.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        Assert.That(() => Store().FindAsync(s_key, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenTheStoreFailedOften_FailsWithoutARequestUntilTheBreakIsOver()
    {
        Respond = (_, context) => Fail(context, 503, "SlowDown");
        var clock = new FakeTimeProvider();
        var store = Store(options => options with { MaxRetries = 0 }, clock, out var services);
        for (var i = 0; i < 6; i++)
        {
            await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));
        }

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => store.FindAsync(s_key, default));

        Assert.That(Requests, Has.Count.EqualTo(6));
        Assert.That(error!.Message, Does.Contain("circuit to the store is open"));
        Assert.That(services.GetRequiredService<S3Pipeline>().IsOpen, Is.True);
        Respond = (_, _) => Task.CompletedTask;
        clock.Advance(services.GetRequiredService<S3StoreOptions>().BreakDuration);
        Assert.That(await store.FindAsync(s_key, default), Is.Not.Null);
        Assert.That(services.GetRequiredService<S3Pipeline>().IsOpen, Is.False);
    }
}
