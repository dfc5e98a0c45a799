using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.Hosting;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class CancellationTests
{
    [Test]
    public async Task GenerateAsync_WhenCallerGivesUp_CancelsThePredictionAndThrows()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.NeverEnds());
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var drawing = plan.GenerateAsync(1, id => CancelAsync(harness, caller, id), ReplicateHarness.ReadAllAsync, caller.Token);

        Assert.That(async () => await drawing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
        Assert.That(harness.Announced, Has.Count.EqualTo(1));
    }

    [TestCase(200)]
    [TestCase(422)]
    [TestCase(404)]
    public async Task GenerateAsync_WhenCancelComesTooLate_TakesTheImage(int cancelStatus)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.NeverEnds().FinishesBeforeCancel(cancelStatus));
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var image = await plan.GenerateAsync(1, id => CancelAsync(harness, caller, id), ReplicateHarness.ReadAllAsync, caller.Token);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenDeadlineFindsItSucceeded_TakesTheImage()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "5"));
        harness.Stub.Script(p => p.NeverEnds().FinishesBeforeCancel(422));

        var image = await harness.DrawAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenCallerGivesUpDuringCreate_LearnsTheIdBeforeCancelling()
    {
        await using var harness = await ReplicateHarness.StartAsync(1);
        harness.Stub.Script(p => p.WaitsForModel(TimeSpan.FromSeconds(1)));
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var drawing = harness.DrawAsync(plan, cancellationToken: caller.Token);
        await UntilAsync(() => harness.Stub.Predictions.Count == 1);
        await caller.CancelAsync();
        var image = await drawing;

        // The model finished while the create was held open, so the image is there and is not thrown away by a cancel.
        Assert.That(harness.Announced, Is.EqualTo(harness.Stub.Predictions.Select(p => p.Id)));
        Assert.That(harness.Stub.CancelCount, Is.Zero);
        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenCallerGivesUpDuringCreateOfASlowModel_LearnsTheIdAndCancels()
    {
        await using var harness = await ReplicateHarness.StartAsync(1, ("REPLICATE_PREFER_WAIT", "1"));
        harness.Stub.Script(p => p.WaitsForModel(TimeSpan.FromMinutes(1)));
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var drawing = harness.DrawAsync(plan, cancellationToken: caller.Token);
        await UntilAsync(() => harness.Stub.Predictions.Count == 1);
        await caller.CancelAsync();

        Assert.That(async () => await drawing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(harness.Announced, Is.EqualTo(harness.Stub.Predictions.Select(p => p.Id)));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
    }

    [Test]
    public async Task GenerateAsync_WhenTheServiceStops_CancelsThePredictionAtOnceAndCreatesNoMore()
    {
        using var stopping = new CancellationTokenSource();
        var host = Substitute.For<IHostApplicationLifetime>();
        host.ApplicationStopping.Returns(stopping.Token);
        await using var harness = await ReplicateHarness.StartAsync(host, 10, ("REPLICATE_DEADLINE", "60"));
        harness.Stub.ByDefault(p => p.NeverEnds());
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var start = harness.Clock.GetTimestamp();
        var drawing = harness.DrawAsync(plan);
        await UntilAsync(() => !harness.Announced.IsEmpty);
        await stopping.CancelAsync();
        var running = await drawing;
        var later = await harness.DrawAsync(plan);

        Assert.That(harness.Clock.GetElapsedTime(start).TotalSeconds, Is.LessThan(40));
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
        Assert.That(new[] { running.Error!.Kind, later.Error!.Kind }, Is.All.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(new[] { running.Error.Detail, later.Error.Detail }, Is.All.Contain("stopped"));
    }

    [Test]
    public async Task GenerateAsync_WhenTheServiceStopsWhileLimited_EndsWithoutAPrediction()
    {
        using var stopping = new CancellationTokenSource();
        var host = Substitute.For<IHostApplicationLifetime>();
        host.ApplicationStopping.Returns(stopping.Token);
        await using var harness = await ReplicateHarness.StartAsync(host);
        harness.Stub.Script(p => p.RefusesCreate(StubAnswer.LimitedByBody(100)));
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var drawing = harness.DrawAsync(plan);
        await UntilAsync(() => harness.Log.Lines.Any(line => line.Contains("limits the rate", StringComparison.Ordinal)));
        await stopping.CancelAsync();
        var image = await drawing;

        Assert.That(image.Error?.Detail, Does.Contain("stopped"));
        Assert.That(harness.Stub.Predictions, Is.Empty);
    }

    [Test]
    public async Task GenerateAsync_WhenCallerGivesUpDuringTransfer_FinishesTheTransfer()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var image = await plan.GenerateAsync<byte[]>(
            1,
            harness.AnnounceAsync,
            async (stream, token) =>
            {
                await caller.CancelAsync();
                return await ReplicateHarness.ReadAllAsync(stream, token);
            },
            caller.Token);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
    }

    [Test]
    public async Task GenerateAsync_WhenCallerGivesUpWhileLimited_ThrowsWithoutAPrediction()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RefusesCreate(StubAnswer.LimitedByBody(100)));
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        using var caller = new CancellationTokenSource();

        var drawing = harness.DrawAsync(plan, cancellationToken: caller.Token);
        await UntilAsync(() => harness.Log.Lines.Any(line => line.Contains("limits the rate", StringComparison.Ordinal)));
        await caller.CancelAsync();

        Assert.That(async () => await drawing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(harness.Stub.Predictions, Is.Empty);
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenTheIdCannotBeRecorded_CancelsAndPassesTheFaultOn()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.NeverEnds());
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var drawing = plan.GenerateAsync<byte[]>(1, _ => throw new LocalStorageException("full"), ReplicateHarness.ReadAllAsync, CancellationToken.None);

        Assert.That(async () => await drawing, Throws.InstanceOf<LocalStorageException>());
        Assert.That(harness.Stub.Predictions.Single().IsCanceled, Is.True);
    }

    [Test]
    public async Task GenerateAsync_WhenReceiverRefusesOrThrows_PassesItThrough()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        var refusal = new Error(ErrorKind.ValidationError, "not an image");

        var refused = await plan.GenerateAsync<byte[]>(1, harness.AnnounceAsync, (_, _) => Task.FromResult<Result<byte[]>>(refusal), CancellationToken.None);
        var thrown = plan.GenerateAsync<byte[]>(1, harness.AnnounceAsync, (_, _) => throw new LocalStorageException("full"), CancellationToken.None);

        Assert.That(refused.Error, Is.SameAs(refusal));
        Assert.That(async () => await thrown, Throws.InstanceOf<LocalStorageException>());
        Assert.That(harness.Stub.Delivery.Requests, Is.EqualTo(2));
    }

    private static async Task CancelAsync(ReplicateHarness harness, CancellationTokenSource caller, string id)
    {
        await harness.AnnounceAsync(id);
        await caller.CancelAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
