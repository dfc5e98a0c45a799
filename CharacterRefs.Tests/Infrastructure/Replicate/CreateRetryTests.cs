using System.Globalization;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class CreateRetryTests
{
    public enum Shape
    {
        HeaderSeconds,
        HeaderDate,
        Body,
        Text,
        OldText,
        Nothing,
    }

    [TestCase(Shape.HeaderSeconds, 3)]
    [TestCase(Shape.HeaderDate, 1)]
    [TestCase(Shape.Body, 3)]
    [TestCase(Shape.Text, 3)]
    [TestCase(Shape.OldText, 3)]
    [TestCase(Shape.Nothing, 10)]
    public async Task GenerateAsync_WhenLimited_WaitsForRetryAfterAndCreatesOnce(Shape shape, int seconds)
    {
        await using var harness = await ReplicateHarness.StartAsync(20);
        harness.Stub.Script(p => p.RejectsCreate(Limited(shape, harness.Clock), Limited(shape, harness.Clock)));

        var image = await harness.GenerateAsync();

        var arrivals = harness.Stub.Creates.Select(create => create.At).ToList();
        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(arrivals, Has.Count.EqualTo(3));
        Assert.That((arrivals[1] - arrivals[0]).TotalSeconds, Is.GreaterThan(seconds - 0.2));
        Assert.That(harness.Stub.Predictions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenLimitedForLongerThanAllowed_FailsUnpaid()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_RATE_LIMIT_TIMEOUT", "20"));
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.LimitedByBody(60)));

        var errors = new[] { await harness.FailToGenerateAsync(), await harness.FailToGenerateAsync() };

        Assert.That(errors.Select(error => error.Kind), Is.All.EqualTo(ErrorKind.RateLimited));
        Assert.That(errors.Select(error => error.IsPaid), Is.All.False);
        Assert.That(errors[0].Detail, Does.Contain("REPLICATE_RATE_LIMIT_TIMEOUT").And.Not.Contain("credit"));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1), "the second waited for the same rejection");
    }

    [TestCase(false, SlotEnd.Failed)]
    [TestCase(true, SlotEnd.Canceled)]
    public async Task GenerateAsync_WhenItEndsWhileLimited_StatesHowLongItWaited(bool isCanceled, SlotEnd end)
    {
        await using var harness = await ReplicateHarness.StartAsync(50, ("REPLICATE_RATE_LIMIT_TIMEOUT", isCanceled ? "1800" : "100"));
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.LimitedByBody(600)));
        var progress = new RecordingProgress(harness.Announced);
        var task = harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro))) with { RateLimitWait = TimeSpan.FromHours(1) };
        using var cancel = new CancellationTokenSource(isCanceled ? TimeSpan.FromSeconds(100) : Timeout.InfiniteTimeSpan, harness.Clock);

        var outcome = await harness.Generator.GenerateAsync(task, progress, cancel.Token, CancellationToken.None);

        Assert.That(outcome.End, Is.EqualTo(end));
        Assert.That(progress.RateLimitWait - task.RateLimitWait, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)));
        Assert.That(progress.Waits, Is.Ordered.And.Count.InRange(1, 9), "while it waits, at longer and longer intervals");
    }

    [Test]
    public async Task GenerateAsync_WhenManyAreLimited_EachIsCreatedOnceAndWaitsAreLogged()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Throttle(rate: 0.2, burst: 1);
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));

        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => harness.GenerateAsync(plan, seed)));

        Assert.That(images.Select(image => image.Error), Is.All.Null);
        Assert.That(harness.Stub.Predictions, Has.Count.EqualTo(4));
        Assert.That(harness.Log.Lines, Has.Some.Contains("for the rate limit"));
    }

    [Test]
    public async Task GenerateAsync_WhenItIsRejectedMoreOftenThanOthersAreRetried_IsCreatedInTheEnd()
    {
        await using var harness = await ReplicateHarness.StartAsync(50);
        harness.Stub.Script(p => p.RejectsCreate([.. Enumerable.Repeat(StubResponse.LimitedByBody(10), 15)]));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(16));
    }

    [Test]
    public async Task GenerateAsync_WhenTokenIsRejected_IsAConfigurationError()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_API_TOKEN", "r8_wrong"));

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error!.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(plan.Error.Detail, Does.Contain("REPLICATE_API_TOKEN").And.Not.Contain("r8_wrong"));
    }

    [Test]
    public async Task GenerateAsync_WhenThereIsNoCredit_IsAConfigurationErrorWithoutTheBalance()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.NoCredit));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(error.Detail, Does.Contain("credit").And.Not.Contain("3.14"));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenInputIsInvalid_PassesTheReasonOn()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.Invalid("input.prompt", "max_length", "Must be shorter than 10")));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.GenerationRejected));
        Assert.That(error.Detail, Does.Contain("input.prompt: Must be shorter than 10"));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenCreateGetsAnEdgeError_IsNotSentAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.EdgeError));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(error.Detail, Does.Not.Contain("<html>"));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenCreateIsResetAfterItArrived_IsNotSentAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.ResetsAfterAccept());

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
        Assert.That(harness.Stub.Predictions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenTheCreateGetsNoResponse_IsNotSentAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_PREFER_WAIT", "0"));
        harness.Stub.Script(p => p.Stalls());

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task GenerateAsync_WhenConnectionsAreRefused_CreatesWhenTheyAreAcceptedAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        await harness.Stub.CloseAsync();

        var generating = harness.GenerateAsync(plan);
        await Condition.UntilAsync(() => harness.Log.Lines.Any(line => line.Contains("NeverSent", StringComparison.Ordinal)));
        await harness.Stub.OpenAsync();
        var image = await generating;

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }

    private static StubResponse Limited(Shape shape, TimeProvider clock) => shape switch
    {
        Shape.HeaderSeconds => StubResponse.LimitedByHeader("3"),
        // Whole seconds only, and the clock runs on between writing this and the response.
        Shape.HeaderDate => StubResponse.LimitedByHeader(clock.GetUtcNow().AddSeconds(8).ToString("R", CultureInfo.InvariantCulture)),
        Shape.Body => StubResponse.LimitedByBody(3),
        Shape.Text => StubResponse.LimitedByText("Request was throttled. Your rate limit resets in ~3s."),
        Shape.OldText => StubResponse.LimitedByText("Request was throttled. Expected available in 3 seconds."),
        _ => new StubResponse(429, "slow down", "text/plain"),
    };
}
