using System.Text.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Webhooks;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Telemetry;
using CharacterRefs.Tests.Support.Webhooks;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Infrastructure.Webhooks;

[Category("Integration")]
internal sealed class WebhookSenderTests
{
    [Test]
    public async Task Deliver_WhenTheReceiverAccepts_IsSignedAndLeavesTheOutbox()
    {
        await using var receiver = await StubReceiver.StartAsync();
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();

        await scene.EnqueueAsync();
        await scene.UntilLoggedAsync("was delivered");

        Assert.That(await scene.RowsAsync(), Is.Empty);
        var received = receiver.Received.Single();
        using var body = JsonDocument.Parse(received.Body);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                StandardWebhook.Parse(StubReceiver.Secret)!.Verify(received.Id, received.Timestamp, received.Signature, received.Body, scene.Now), Is.True);
            Assert.That(received.Id, Does.Match("^msg_[0-9a-f]{32}$"));
            Assert.That(received.ContentType, Is.EqualTo("application/json"));
            Assert.That(body.RootElement.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "type", "timestamp", "data" }));
            Assert.That(body.RootElement.GetProperty("type").GetString(), Is.EqualTo("job.persisted"));
            Assert.That(body.RootElement.GetProperty("timestamp").GetDateTimeOffset(), Is.EqualTo(AReference.Time));
            Assert.That(body.RootElement.GetProperty("data").GetProperty("note").GetString(), Is.EqualTo("Ünï"));
            Assert.That(scene.Log.Lines, Has.None.Contains("secret"));
        }
    }

    [Test]
    public async Task Deliver_WhenTheReceiverFails_FollowsTheScheduleWithTheSameIdAndEnds()
    {
        double[] minutes = [5.0 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440];
        await using var receiver = await StubReceiver.StartAsync(500);
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();
        await scene.EnqueueAsync();

        foreach (var (attempt, pause) in minutes.Select((pause, i) => (i + 1, TimeSpan.FromMinutes(pause))))
        {
            await scene.UntilAsync(rows => rows.Single().Attempts == attempt);
            var wait = await NextAsync(scene) - scene.Now;
            Assert.That(wait, Is.InRange(pause, pause * 1.1), $"after attempt {attempt}");
            Assert.That(receiver.Received, Has.Count.EqualTo(attempt));
            scene.Advance(wait);
        }

        await scene.UntilLoggedAsync("failed permanently");
        var row = (await scene.RowsAsync()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(row.Attempts, Is.EqualTo(10));
            Assert.That(row.NextAttemptAt, Is.Null);
            Assert.That(row.LastError, Is.EqualTo("HTTP 500."));
            Assert.That(receiver.Received.Select(received => received.Id).Distinct().Count(), Is.EqualTo(1));
            Assert.That(receiver.Received.Select(received => received.Timestamp), Is.Unique);
        }
    }

    [Test]
    public async Task Deliver_WhenAttemptsEnd_CountsThemByOutcomeAndType()
    {
        var statuses = new Queue<int>([500, 204, 410]);
        await using var receiver = await StubReceiver.StartAsync(context => Task.FromResult(context.Response.StatusCode = statuses.Dequeue()));
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        using var counted = new CountedEvents(scene.Catalog.Meters);
        await scene.StartAsync();

        await scene.EnqueueAsync();
        await scene.UntilLoggedAsync("failed on attempt 1");
        scene.Advance(TimeSpan.FromMinutes(1));
        await scene.UntilLoggedAsync("was delivered");
        await scene.EnqueueAsync(WebhookScene.Event("generation.failed"));
        await scene.UntilLoggedAsync("failed permanently");

        Assert.That(counted.Sums.Where(sum => sum.Value > 0), Is.EquivalentTo(new Dictionary<string, double>
        {
            ["characterrefs.webhooks.attempts outcome=failed type=job.persisted"] = 1,
            ["characterrefs.webhooks.attempts outcome=delivered type=job.persisted"] = 1,
            ["characterrefs.webhooks.attempts outcome=given_up type=generation.failed"] = 1,
        }));
    }

    [Test]
    public async Task Deliver_WhenItFails_IsASpanWithTheStatusAndWithoutTheReceiver()
    {
        using var spans = new RecordedSpans();
        await using var receiver = await StubReceiver.StartAsync(418);
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();

        await scene.EnqueueAsync(WebhookScene.Event("test.of.spans"));

        var span = await spans.FindAsync("deliver webhook", "type", "test.of.spans");
        Assert.That(
            span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"),
            Is.EquivalentTo(["type=test.of.spans", "attempt=1", "outcome=failed", "error.type=418"]));
    }

    [TestCase(429, "600", 600)]
    [TestCase(502, "600", 600)]
    [TestCase(504, "600", 600)]
    [TestCase(503, "600", 5)]
    [TestCase(429, "1", 5)]
    [TestCase(429, "99999999", 86400)]
    public async Task Deliver_WhenTheReceiverNamesATime_HonoursItWhereItIsMeant(int status, string retryAfter, int seconds)
    {
        await using var receiver = await StubReceiver.StartAsync(status, retryAfter);
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();
        await scene.EnqueueAsync();

        await scene.UntilAsync(rows => rows.Single().Attempts == 1);

        Assert.That((await NextAsync(scene) - scene.Now).TotalSeconds, Is.InRange(seconds, seconds * 1.1));
    }

    [Test]
    public async Task Deliver_WhenTheReceiverIsGone_DisablesItUntilTheNextStartAndNoOther()
    {
        using var directory = new TempDirectory();
        await using var gone = await StubReceiver.StartAsync(410);
        await using var other = await StubReceiver.StartAsync();
        var settings = gone.Settings with { Urls = [gone.Url, other.Url] };
        await using (var scene = await WebhookScene.OpenAsync(settings, directory))
        {
            await scene.StartAsync();
            await scene.EnqueueAsync();
            await scene.UntilLoggedAsync("is disabled");
            Assert.That((await scene.RowsAsync()).TrueForAll(row => row.Url == other.Url.AbsoluteUri || row.NextAttemptAt is null), Is.True);

            await scene.EnqueueAsync();
            await scene.UntilAsync(rows => rows.Count == 2 && other.Received.Count == 2);

            Assert.That(gone.Received, Has.Count.EqualTo(1));
        }

        await using var restarted = await WebhookScene.OpenAsync(settings, directory);
        await restarted.StartAsync();
        await restarted.UntilAsync(rows => rows.TrueForAll(row => row.NextAttemptAt is null));

        Assert.That(gone.Received, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Deliver_WhenTheReceiverRedirects_IsAFailureAndNotFollowed()
    {
        await using var target = await StubReceiver.StartAsync();
        await using var receiver = await StubReceiver.StartAsync(307, location: $"{target.Origin}/elsewhere");
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();
        await scene.EnqueueAsync();

        await scene.UntilAsync(rows => rows.Single().Attempts == 1);

        Assert.That((await scene.RowsAsync()).Single().LastError, Is.EqualTo("HTTP 307; redirects are not followed."));
        Assert.That(target.Received, Is.Empty);
    }

    [Test]
    public async Task Deliver_AfterARestart_SendsWhatWasNotDeliveredUnderItsId()
    {
        using var directory = new TempDirectory();
        await using var receiver = await StubReceiver.StartAsync();
        await receiver.CloseAsync();
        string id;
        await using (var scene = await WebhookScene.OpenAsync(receiver.Settings, directory))
        {
            await scene.StartAsync();
            await scene.EnqueueAsync();
            await scene.UntilAsync(rows => rows.Single().Attempts == 1);
            id = (await scene.RowsAsync()).Single().MessageId;
        }

        await receiver.OpenAsync();
        await using var restarted = await WebhookScene.OpenAsync(receiver.Settings, directory);
        await restarted.StartAsync();
        restarted.Advance(TimeSpan.FromSeconds(6));
        await restarted.UntilAsync(rows => rows.Count == 0);

        Assert.That(receiver.Received.Select(received => received.Id), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task Deliver_AfterAProcessDiedBetweenSendingAndRecording_SendsAgainUnderTheSameId()
    {
        await using var receiver = await StubReceiver.StartAsync();
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.EnqueueAsync();
        var lost = (await ClaimAsync(scene, receiver)).Deliveries.Single();
        await scene.Client.SendAsync(lost, CancellationToken.None);

        await scene.StartAsync();
        Assert.That((await ClaimAsync(scene, receiver)).Deliveries, Is.Empty);
        scene.Advance(WebhookSender.ClaimTime);
        await scene.UntilAsync(rows => rows.Count == 0);

        Assert.That(receiver.Received.Select(received => received.Id), Is.EqualTo(new[] { lost.MessageId, lost.MessageId }));
    }

    [Test]
    public async Task Run_WhenNothingIsToBeSent_QueriesOnceAMinute()
    {
        await using var receiver = await StubReceiver.StartAsync();
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.StartAsync();

        var began = scene.Now;
        await Condition.UntilAsync(() =>
        {
            scene.Catalog.Clock.Advance(TimeSpan.FromSeconds(20));
            return Queries() >= 6;
        });

        Assert.That(Queries(), Is.LessThanOrEqualTo((scene.Now - began).TotalMinutes + 1));

        int Queries() => scene.Catalog.Commands.Texts.Count(text => text.Contains("SELECT", StringComparison.Ordinal)
            && text.Contains("\"webhook_deliveries\"", StringComparison.Ordinal));
    }

    [Test]
    public async Task Enqueue_WithoutAReceiver_WritesNothing()
    {
        await using var scene = await WebhookScene.OpenAsync(WebhookSettings.None);

        await scene.EnqueueAsync();

        Assert.That(await scene.RowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Start_AfterTenDays_SendsWhatIsDueAndRemovesOnlyWhatNeedsNoAttempt()
    {
        await using var receiver = await StubReceiver.StartAsync(500);
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.EnqueueAsync();
        var failed = (await ClaimAsync(scene, receiver)).Deliveries.Single();
        await scene.Catalog.Outbox.RecordFailedAsync(failed, "HTTP 410.", null, CancellationToken.None);
        await scene.EnqueueAsync();
        scene.Advance(TimeSpan.FromDays(10));

        await scene.StartAsync();
        await scene.UntilAsync(rows => rows.Exists(row => row.Attempts == 1 && row.NextAttemptAt is not null));

        Assert.That((await scene.RowsAsync()).Single().MessageId, Is.EqualTo(receiver.Received.Single().Id).And.Not.EqualTo(failed.MessageId));
    }

    [Test]
    public async Task Start_WhenADeliveryIsTooOld_GivesItUpWithALineAndAMeasurement()
    {
        using var directory = new TempDirectory();
        await using var receiver = await StubReceiver.StartAsync();
        var removed = receiver.Settings with { Urls = [new Uri("https://removed.example/hook"), receiver.Url] };
        await using (var before = await WebhookScene.OpenAsync(removed, directory))
        {
            await before.EnqueueAsync();
        }

        await using var scene = await WebhookScene.OpenAsync(receiver.Settings, directory);
        using var counted = new CountedEvents(scene.Catalog.Meters);
        scene.Advance(WebhookSender.Lifetime + TimeSpan.FromSeconds(1));
        await scene.StartAsync();
        await scene.UntilAsync(rows => rows.Count == 0);

        Assert.That(receiver.Received, Is.Empty);
        const string Line = "failed permanently on attempt 0: Not delivered within 14 days";
        Assert.That(scene.Log.Lines.Count(line => line.Contains(Line, StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(counted.Sums["characterrefs.webhooks.attempts outcome=given_up type=job.persisted"], Is.EqualTo(2));
    }

    [Test]
    public async Task Send_WhenTheReceiverIsSilent_EndsAfterTwentySeconds()
    {
        var arrived = new TaskCompletionSource();
        await using var receiver = await StubReceiver.StartAsync(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.EnqueueAsync();
        var sending = scene.Client.SendAsync((await ClaimAsync(scene, receiver)).Deliveries.Single(), CancellationToken.None);
        await arrived.Task;

        scene.Advance(WebhookClient.Timeout);

        Assert.That((await sending).Error, Is.EqualTo("No response within 20 s."));
    }

    [Test]
    public async Task Send_WhenTheResponseNeverEnds_DoesNotReadIt()
    {
        await using var receiver = await StubReceiver.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var scene = await WebhookScene.OpenAsync(receiver.Settings);
        await scene.EnqueueAsync();

        var reply = await scene.Client.SendAsync((await ClaimAsync(scene, receiver)).Deliveries.Single(), CancellationToken.None);

        Assert.That(reply.IsDelivered, Is.True);
    }

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("0.0.0.0")]
    [TestCase("[::]")]
    [TestCase("10.0.0.1")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("[::ffff:169.254.169.254]")]
    [TestCase("[64:ff9b::7f00:1]")]
    [TestCase("[fd00::1]")]
    [TestCase("[fe80::1]")]
    [TestCase("224.0.0.1")]
    [TestCase("2130706433")]
    [TestCase("0x7f.1")]
    public async Task Send_WhenTheHostIsNotPublic_ConnectsToNothing(string host)
    {
        await using var receiver = await StubReceiver.StartAsync();
        var settings = receiver.Settings with { Urls = [new Uri($"http://{host}:{receiver.Port}/")], AllowPrivate = false };
        await using var scene = await WebhookScene.OpenAsync(settings);
        await scene.EnqueueAsync();
        var claim = await scene.Catalog.Outbox.ClaimAsync(settings.Urls[0], scene.Now, 1, CancellationToken.None);

        var reply = await scene.Client.SendAsync(claim.Deliveries.Single(), CancellationToken.None);

        Assert.That(reply.Status, Is.Null);
        Assert.That(reply.Error, Does.Contain("is not a public address"));
        Assert.That(receiver.Received, Is.Empty);
    }

    private static Task<WebhookClaim> ClaimAsync(WebhookScene scene, StubReceiver receiver) =>
        scene.Catalog.Outbox.ClaimAsync(receiver.Url, scene.Now + WebhookSender.ClaimTime, WebhookSender.Parallelism, CancellationToken.None);

    private static async Task<DateTimeOffset> NextAsync(WebhookScene scene) =>
        CatalogRows.FromMicroseconds((await scene.RowsAsync()).Single().NextAttemptAt!.Value);
}
