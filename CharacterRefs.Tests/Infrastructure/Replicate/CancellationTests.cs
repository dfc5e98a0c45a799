using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class CancellationTests
{
    [Test]
    public async Task GenerateAsync_WhenCanceled_CancelsThePrediction()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.NeverEnds());
        using var cancel = new CancellationTokenSource();

        var outcome = await RunAsync(harness, new RecordingProgress(harness.Announced) { OnStarted = _ => cancel.Cancel() }, cancel.Token);

        Assert.That(outcome.End, Is.EqualTo(SlotEnd.Canceled));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
        Assert.That(harness.Announced, Has.Count.EqualTo(1));
    }

    [TestCase(200)]
    [TestCase(422)]
    [TestCase(404)]
    public async Task GenerateAsync_WhenCancelComesTooLate_KeepsTheImage(int cancelStatus)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.NeverEnds().FinishesBeforeCancel(cancelStatus));
        using var cancel = new CancellationTokenSource();
        var progress = new RecordingProgress(harness.Announced) { OnStarted = _ => cancel.Cancel() };

        var outcome = await RunAsync(harness, progress, cancel.Token);

        Assert.That(outcome.End, Is.EqualTo(SlotEnd.Received));
        Assert.That(progress.Bytes, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenDeadlineFindsItSucceeded_KeepsTheImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "60"));
        harness.Stub.Script(p => p.NeverEnds().FinishesBeforeCancel(422));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenStatusIsUnknownAndCancelIsRejected_FailsAMinuteAfterTheDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "60"));
        harness.Stub.Script(p => p.Is("expired").RejectsCancel(422));
        var started = harness.Clock.GetTimestamp();

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
        Assert.That(error.Detail, Does.Contain("expired"));
        Assert.That(error.IsPaid, Is.True);
        Assert.That(harness.Clock.GetElapsedTime(started), Is.InRange(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(50)));
    }

    [Test]
    public async Task GenerateAsync_WhenUnknownStatusBecomesSuccessAfterTheDeadline_KeepsTheImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(5, ("REPLICATE_DEADLINE", "5"));
        harness.Stub.Script(p => Enumerable.Range(0, 12).Aggregate(p.RejectsCancel(422), (script, _) => script.Is("expired")).Succeeded());

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.CancelCount, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenUnknownStatusHasAnOutput_KeepsTheImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "60"));
        harness.Stub.Script(p => p.Is("completed", hasOutput: true).RejectsCancel(422));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenCanceledDuringCreate_RecordsTheIdAndKeepsAFinishedImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(1);
        harness.Stub.Script(p => p.WaitsForModel(TimeSpan.FromSeconds(1)));
        using var cancel = new CancellationTokenSource();
        var progress = new RecordingProgress(harness.Announced);

        var running = RunAsync(harness, progress, cancel.Token);
        await Condition.UntilAsync(() => harness.Stub.Predictions.Count == 1);
        await cancel.CancelAsync();
        var outcome = await running;

        // The model finished while the create was held open, so the image is there and no cancel discards it.
        Assert.That(harness.Announced, Is.EqualTo(harness.Stub.Predictions.Select(p => p.Id)));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
        Assert.That(outcome.End, Is.EqualTo(SlotEnd.Received));
    }

    [Test]
    public async Task GenerateAsync_WhenCanceledDuringCreateOfASlowModel_RecordsTheIdAndCancels()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("REPLICATE_PREFER_WAIT", "1"));
        harness.Stub.Script(p => p.WaitsForModel(TimeSpan.FromMinutes(1)));
        using var cancel = new CancellationTokenSource();

        var running = RunAsync(harness, new RecordingProgress(harness.Announced), cancel.Token);
        await Condition.UntilAsync(() => harness.Stub.Predictions.Count == 1);
        await cancel.CancelAsync();

        Assert.That((await running).End, Is.EqualTo(SlotEnd.Canceled));
        Assert.That(harness.Announced, Is.EqualTo(harness.Stub.Predictions.Select(p => p.Id)));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
    }

    [Test]
    public async Task GenerateAsync_WhenTheServiceStops_LeavesThePredictionRunningAndCreatesNoMore()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.ByDefault(p => p.NeverEnds());
        using var stop = new CancellationTokenSource();

        var running = RunAsync(harness, new RecordingProgress(harness.Announced), default, stop.Token);
        await Condition.UntilAsync(() => !harness.Announced.IsEmpty);
        await stop.CancelAsync();
        var later = await RunAsync(harness, new RecordingProgress(harness.Announced), default, stop.Token);

        Assert.That((await running).End, Is.EqualTo(SlotEnd.Interrupted));
        Assert.That(later.End, Is.EqualTo(SlotEnd.NotSent));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.False);
        Assert.That(harness.Stub.CancelCount, Is.Zero);
    }

    [Test]
    public async Task GenerateAsync_WhenTheServiceStopsDuringTransfer_IsInterrupted()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.ImageOf = _ => new byte[64 * 1024];
        harness.Stub.Delivery.PausePerKibibyte = TimeSpan.FromMilliseconds(100);
        using var stop = new CancellationTokenSource();
        var progress = new RecordingProgress(harness.Announced);

        var running = RunAsync(harness, progress, default, stop.Token);
        await Condition.UntilAsync(() => progress.Steps.Contains("receiving"));
        await stop.CancelAsync();

        Assert.That((await running).End, Is.EqualTo(SlotEnd.Interrupted));
    }

    [TestCase(true, SlotEnd.Canceled)]
    [TestCase(false, SlotEnd.NotSent)]
    public async Task GenerateAsync_WhenEndedWhileRateLimited_SendsNoMore(bool isCancel, SlotEnd end)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.LimitedByBody(100)));
        using var source = new CancellationTokenSource();
        var progress = new RecordingProgress(harness.Announced);

        var running = RunAsync(harness, progress, isCancel ? source.Token : default, isCancel ? default : source.Token);
        await Condition.UntilAsync(() => progress.Steps.Contains("rejected"));
        await source.CancelAsync();

        Assert.That((await running).End, Is.EqualTo(end));
        Assert.That(harness.Stub.Predictions, Is.Empty);
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenReceiverRejectsOrThrows_PassesItOn()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var rejection = new Error(ErrorKind.UpstreamFailed, "not an image");

        var rejected = await RunAsync(harness, new RecordingProgress(harness.Announced) { Inspect = _ => rejection });
        var thrown = RunAsync(harness, new RecordingProgress(harness.Announced) { Inspect = _ => throw new LocalStorageException("full") });

        Assert.That(rejected, Is.EqualTo(SlotOutcome.Failure(rejection with { IsPaid = true })));
        Assert.That(async () => await thrown, Throws.InstanceOf<LocalStorageException>());
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(2));
    }

    private static async Task<SlotOutcome> RunAsync(
        ReplicateHarness harness, RecordingProgress progress, CancellationToken cancel = default, CancellationToken stop = default)
    {
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        return await harness.Generator.GenerateAsync(harness.TaskFor(plan), progress, cancel, stop);
    }
}
