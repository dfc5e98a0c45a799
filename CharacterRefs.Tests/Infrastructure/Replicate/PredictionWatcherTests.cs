using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class PredictionWatcherTests
{
    [Test]
    public async Task GenerateAsync_WhenPredictionStartsRunsAndSucceeds_ReturnsItsImage()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Starting().Processing().Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Announced, Is.EqualTo(harness.Stub.Predictions.Select(p => p.Id)));
        Assert.That(harness.Stub.GetCount, Is.EqualTo(2));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
        Assert.That(harness.Stub.Delivery.SawToken, Is.False);
        Assert.That(harness.Stub.Faults, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenCreateIsSent_CarriesWaitDeadlineAndUserAgent()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_DEADLINE", "120"), ("REPLICATE_PREFER_WAIT", "7"));

        await harness.GenerateAsync();

        var create = harness.Stub.Creates.Single();
        Assert.That(create.Prefer, Is.EqualTo("wait=7"));
        Assert.That(create.CancelAfter, Is.EqualTo("150s"));
        Assert.That(create.UserAgent, Does.StartWith("CharacterRefs/"));
    }

    [Test]
    public async Task GenerateAsync_WhenWaitIsLongerThanDeadline_WaitsNoLongerThanDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("REPLICATE_DEADLINE", "5"), ("REPLICATE_PREFER_WAIT", "60"));

        await harness.GenerateAsync();

        Assert.That(harness.Stub.Creates.Single().Prefer, Is.AnyOf("wait=4", "wait=5"));
    }

    [Test]
    public async Task GenerateAsync_WhenWaitIsOff_SendsNoPrefer()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_PREFER_WAIT", "0"));

        await harness.GenerateAsync();

        Assert.That(harness.Stub.Creates.Single().Prefer, Is.Null);
    }

    [Test]
    public async Task GenerateAsync_WhenWaitReturnsProcessingWithOutput_LooksOnceToConfirm()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.ProcessingWithOutput().Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.GetCount, Is.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenModelFinishesWithinTheWait_ReturnsItsImage()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.WaitsForModel(TimeSpan.FromMilliseconds(100)));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.GetCount, Is.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenStatusIsUnknown_KeepsLooking()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Is("queued").Is("successful").Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenFirstLookFindsNothing_LooksAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsGet(StubResponse.NotFound).Starting().Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenPredictionStaysUnknown_CancelsAndFails()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.RejectsGet([.. Enumerable.Repeat(StubResponse.NotFound, 100)]).NeverEnds());

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Stub.CancelCount, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenLooksFailForAWhile_GoesOn()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p
            .RejectsGet([.. Enumerable.Repeat(StubResponse.EdgeError, 6), StubResponse.Unavailable, StubResponse.LimitedByBody(1)])
            .Starting().Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    public async Task GenerateAsync_WhenTheTokenIsRejectedForAWhile_GoesOnAndCancelsNothing(int status)
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.RejectsGet([.. Enumerable.Repeat(StubResponse.Problem(status, "Rejected", "Not now."), 6)]).Starting().Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
        Assert.That(harness.Log.Lines.Count(line => line.Contains("cannot be read", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenItIsCanceledWhileTheTokenIsRejected_IsCanceledAtOnce()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.RejectsGet([.. Enumerable.Repeat(StubResponse.Unauthenticated, 100)]).NeverEnds().RejectsCancel(401));
        using var cancel = new CancellationTokenSource();
        var progress = new RecordingProgress([]) { OnStarted = _ => cancel.CancelAfter(TimeSpan.FromMilliseconds(200)) };

        var outcome = await harness.Generator.GenerateAsync(
            harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro))), progress, cancel.Token, CancellationToken.None);

        Assert.That(outcome.End, Is.EqualTo(SlotEnd.Canceled));
        Assert.That(harness.Stub.CancelCount, Is.InRange(1, 2), "once more when the first read shows why");
    }

    [TestCase(PredictionScript.Sensitive, ErrorKind.GenerationRejected, "flagged as sensitive")]
    [TestCase(PredictionScript.Nsfw, ErrorKind.GenerationRejected, "NSFW")]
    [TestCase(PredictionScript.HighDemand, ErrorKind.UpstreamFailed, "high demand")]
    [TestCase("", ErrorKind.UpstreamFailed, "without an error message")]
    [TestCase(null, ErrorKind.UpstreamFailed, "without an error message")]
    public async Task GenerateAsync_WhenModelFails_ReportsTheCause(string? text, ErrorKind kind, string detail)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Starting().Failed(text));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(kind));
        Assert.That(error.Detail, Does.Contain(detail));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
    }

    [TestCase("canceled", ErrorKind.UpstreamFailed, true)]
    [TestCase("aborted", ErrorKind.UpstreamTimedOut, false)]
    public async Task GenerateAsync_WhenReplicateEndsThePrediction_FailsAndSaysWhetherItsTimeIsBilled(string status, ErrorKind kind, bool isPaid)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.Starting().Is(status));

        var error = await harness.FailToGenerateAsync();

        Assert.That((error.Kind, error.IsPaid), Is.EqualTo((kind, isPaid)));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
    }

    [Test]
    public async Task GenerateAsync_WhenPredictionNeverEnds_CancelsAtTheDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "10"));
        harness.Stub.Script(p => p.NeverEnds());

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
        Assert.That(harness.Stub.CancelCount, Is.GreaterThanOrEqualTo(1));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
    }
}
