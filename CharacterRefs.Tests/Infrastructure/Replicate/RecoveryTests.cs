using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

/// <summary>What a process that ended left behind: predictions with an id, and paid requests whose response was lost.</summary>
[Category("Integration")]
public sealed class RecoveryTests
{
    [Test]
    public async Task GenerateAsync_WhenThePredictionRunsAlready_CreatesNoneAndFetchesItsOutput()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness, script: p => p.Processing().Processing().Succeeded());

        var progress = new RecordingProgress([]);
        var image = await harness.GenerateAsync(task with { PredictionId = harness.Stub.Predictions.Single().Id }, progress);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(progress.Steps, Is.EqualTo(["storing", "receiving"]));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task FindSubmissionAsync_WhenTheResponseWasLost_FindsItByItsInputs()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness);

        Assert.That((await FindAsync(harness, task)).Value, Is.EqualTo(harness.Stub.Predictions.Single().Id));
    }

    [Test]
    public async Task FindSubmissionAsync_WhenSeedsDiffer_FindsItsOwn()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var first = await LoseAsync(harness, seed: 1);
        var second = await LoseAsync(harness, seed: 2);
        var ids = harness.Stub.Predictions.Select(prediction => prediction.Id).ToList();

        Assert.That((await FindAsync(harness, first)).Value, Is.EqualTo(ids[0]));
        Assert.That((await FindAsync(harness, second)).Value, Is.EqualTo(ids[1]));
        Assert.That((await FindAsync(harness, first with { Seed = 3 })).Value, Is.Empty);
    }

    [Test]
    public async Task FindSubmissionAsync_WhenInputsAreEqual_FindsOneThatNobodyHas()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness);
        await LoseAsync(harness);
        var ids = harness.Stub.Predictions.Select(prediction => prediction.Id).ToList();

        Assert.That((await FindAsync(harness, task, ids[1])).Value, Is.EqualTo(ids[0]));
        Assert.That((await FindAsync(harness, task, ids[0])).Value, Is.EqualTo(ids[1]));
        Assert.That((await FindAsync(harness, task, [.. ids])).Value, Is.Empty);
    }

    [Test]
    public async Task FindSubmissionAsync_WhenItIsOnALaterPage_FollowsTheCursorOnOurOwnBase()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness, seed: 1);
        for (var seed = 2; seed < 7; seed++)
        {
            await LoseAsync(harness, seed);
        }

        harness.Stub.ListPageSize = 2;

        Assert.That((await FindAsync(harness, task)).Value, Is.EqualTo(harness.Stub.Predictions.First().Id));
        Assert.That(harness.Stub.ListCount, Is.EqualTo(3));
    }

    [Test]
    public async Task FindSubmissionAsync_WhenItWasCreatedLongBefore_DoesNotFindIt()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness);

        Assert.That((await FindAsync(harness, task with { StartedAt = harness.Clock.GetUtcNow() + TimeSpan.FromMinutes(20) })).Value, Is.Empty);
    }

    [Test]
    public async Task FindSubmissionAsync_WhenWebhooksAreOn_GoesByTheUrlThatNamesTheImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var first = await LoseAsync(harness);
        var second = await LoseAsync(harness);
        var predictions = harness.Stub.Predictions.ToList();

        Assert.That(predictions[0].Webhook, Is.EqualTo($"https://refs.example.org/api/mv/hooks/replicate?slot={first.ImageId}"));
        Assert.That((await FindAsync(harness, second)).Value, Is.EqualTo(predictions[1].Id));
        Assert.That((await FindAsync(harness, first)).Value, Is.EqualTo(predictions[0].Id));
    }

    [TestCase("https://other.example.org/refs")]
    [TestCase(null)]
    public async Task FindSubmissionAsync_WhenThePublicAddressChangedSince_GoesByTheImageInTheUrl(string? address)
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var first = await LoseAsync(harness);
        await LoseAsync(harness);
        await harness.RestartAsync(options => options with { PublicBaseUrl = address is null ? null : new Uri(address + "/") });

        Assert.That((await FindAsync(harness, first)).Value, Is.EqualTo(harness.Stub.Predictions.First().Id));
    }

    [Test]
    public async Task FindSubmissionAsync_WhenTheListHasNoInputs_ReadsThePredictionAndSaysWhenItCannot()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        var task = await LoseAsync(harness, script: p => p.RejectsGet([.. Enumerable.Repeat(StubResponse.EdgeError, 10)]));
        harness.Stub.ListsInputs = false;

        Assert.That((await FindAsync(harness, task)).Error?.Kind, Is.EqualTo(ErrorKind.UpstreamFailed), "what cannot be read may be its own");
        Assert.That(harness.Stub.GetCount, Is.Positive, "it was the prediction that could not be read, not the list");
        var found = await FindAsync(harness, task);
        for (var more = 0; found.Error is not null && more < 10; more++)
        {
            found = await FindAsync(harness, task);
        }

        Assert.That(found.Value, Is.EqualTo(harness.Stub.Predictions.Single().Id));
    }

    [Test]
    public async Task FindSubmissionAsync_WhenTheClockOfThisMachineIsAhead_FindsIt()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var task = await LoseAsync(harness);

        Assert.That((await FindAsync(harness, task with { StartedAt = task.StartedAt + TimeSpan.FromMinutes(14) })).Value, Is.Not.Empty);
    }

    [Test]
    public async Task FindSubmissionAsync_WhenTheListCannotBeRead_IsAnErrorAndNoAbsence()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        var task = await LoseAsync(harness);
        harness.Stub.RejectsList([.. Enumerable.Repeat(StubResponse.EdgeError, 10)]);

        Assert.That((await FindAsync(harness, task)).Error?.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
    }

    [Test]
    public async Task GenerateAsync_WhenATransferBreaks_ResumesWhereItWas()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        var image = RandomNumberGenerator.GetBytes(100_000);
        harness.Stub.ImageOf = _ => image;
        harness.Stub.Delivery.BreaksOff();

        var fetched = await harness.GenerateAsync();

        Assert.That(fetched.Value, Is.EqualTo(image));
        Assert.That(harness.Stub.Delivery.RangeStarts, Is.EqualTo([50_000]));
    }

    [Test]
    public async Task GenerateAsync_WhenTheHostSendsNoRanges_ReadsTheFileAnew()
    {
        await using var harness = await ReplicateHarness.StartAsync(200);
        var image = RandomNumberGenerator.GetBytes(100_000);
        harness.Stub.ImageOf = _ => image;
        for (var i = 0; i < 16; i++)
        {
            harness.Stub.Delivery.BreaksOff();
        }

        harness.Stub.Delivery.ServesRanges = false;

        var fetched = await harness.GenerateAsync();

        Assert.That(fetched.Value, Is.EqualTo(image));
    }

    [Test]
    public async Task GenerateAsync_WhenTheHostIsSlow_WaitsLongerThanAnyTimeout()
    {
        // The clock runs 200 times faster: 40 KiB at 20 ms each are 160 s, and a silence of 10 s would end a connection.
        await using var harness = await ReplicateHarness.StartAsync(200, ("REPLICATE_DOWNLOAD_TIMEOUT", "10"));
        var image = RandomNumberGenerator.GetBytes(40 * 1024);
        harness.Stub.ImageOf = _ => image;
        harness.Stub.Delivery.PausePerKibibyte = TimeSpan.FromMilliseconds(20);

        var fetched = await harness.GenerateAsync();

        Assert.That(fetched.Value, Is.EqualTo(image));
    }

    [Test]
    public async Task Hook_WhenItComesBeforeTheFirstPause_EndsIt()
    {
        await using var harness = await ReplicateHarness.StartAsync(
            1, ("PUBLIC_BASE_URL", "https://refs.example.org"), ("REPLICATE_PREFER_WAIT", "0"), ("REPLICATE_POLL_INTERVAL", "60"));
        harness.Stub.Script(p => p.Starting().Succeeded());
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        var progress = new RecordingProgress(harness.Announced)
        {
            // As early as a webhook can be: nothing waits yet.
            WhenSubmitting = async () => Assert.That(await harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None), Is.True),
        };

        // Replicate sends it once, and the first read would come after five minutes.
        var image = await harness.GenerateAsync(task, progress).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task Hook_WhenForgedOrLate_IsRejectedAndReadsTheSecretOnceMoreAtMost()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        var good = Signed(harness, task);
        ReceivedWebhook[] bad =
        [
            good with { Signature = "v1,AAAA" }, good with { Signature = "" }, good with { Body = "{}"u8.ToArray() }, good with { Id = "other" },
            Signed(harness, task, age: TimeSpan.FromMinutes(6)), good with { Timestamp = "x" },
        ];

        foreach (var forged in bad)
        {
            Assert.That(await harness.Hook.ReceiveAsync(forged, CancellationToken.None), Is.False);
        }

        Assert.That(await harness.Hook.ReceiveAsync(good, CancellationToken.None), Is.True);
        Assert.That(harness.Stub.SecretReads, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Hook_WhenTheSecretWasRotated_ReadsTheNewOne()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        await harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None);
        harness.Stub.WebhookSecret = $"whsec_{Convert.ToBase64String(new byte[32])}";

        Assert.That(await harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None), Is.True);
    }

    [Test]
    public async Task Hook_WhenItsHeadersCannotVerify_ReadsNoSecret()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        var good = Signed(harness, task);
        ReceivedWebhook[] bad =
        [
            good with { Id = "" }, good with { Id = "a.b" }, good with { Timestamp = "" }, good with { Timestamp = "x" },
            good with { Signature = "" }, good with { Signature = "v1a,AAAA" }, Signed(harness, task, age: TimeSpan.FromMinutes(6)),
        ];

        foreach (var forged in bad)
        {
            Assert.That(await harness.Hook.ReceiveAsync(forged, CancellationToken.None), Is.False);
        }

        Assert.That(harness.Stub.SecretReads, Is.Zero);
    }

    [Test]
    public async Task Hook_WhenTheSecretCannotBeRead_ReadsItAgainOnlyAfterAPause()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)));
        harness.Stub.SecretFault = StubResponse.NotFound;

        var unread = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None)));
        var tooEarly = await harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None);
        var reads = harness.Stub.SecretReads;
        harness.Stub.SecretFault = null;
        harness.Clock.Skip(TimeSpan.FromSeconds(11));
        var read = await harness.Hook.ReceiveAsync(Signed(harness, task), CancellationToken.None);

        Assert.That(unread.Append(tooEarly), Has.All.False);
        Assert.That(reads, Is.EqualTo(1));
        Assert.That(read, Is.True);
    }

    private static ReceivedWebhook Signed(ReplicateHarness harness, SlotTask task, TimeSpan age = default)
    {
        var body = Encoding.UTF8.GetBytes("""{"id":"abc","status":"succeeded"}""");
        var timestamp = StandardWebhook.TimestampOf(harness.Clock.GetUtcNow() - age);
        return new ReceivedWebhook("msg_1", timestamp, StandardWebhook.Parse(harness.Stub.WebhookSecret)!.Sign("msg_1", timestamp, body), body, task.ImageId);
    }

    /// <summary>Sends a paid request whose response is lost.</summary>
    private static async Task<SlotTask> LoseAsync(ReplicateHarness harness, int? seed = null, Action<PredictionScript>? script = null)
    {
        harness.Stub.Script(p =>
        {
            p.ResetsAfterAccept();
            script?.Invoke(p);
        });
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro)), seed);
        var startedAt = harness.Clock.GetUtcNow();
        var outcome = await harness.Generator.GenerateAsync(task, new RecordingProgress([]), CancellationToken.None, CancellationToken.None);
        Assert.That(outcome.End, Is.EqualTo(SlotEnd.SubmissionUnknown));
        return task with { StartedAt = startedAt };
    }

    private static Task<Result<string>> FindAsync(ReplicateHarness harness, SlotTask task, params string[] claimed) =>
        harness.Generator.FindSubmissionAsync(task, id => Task.FromResult(claimed.Contains(id)), CancellationToken.None);
}
