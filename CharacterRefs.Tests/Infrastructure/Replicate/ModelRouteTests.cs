using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
public sealed class ModelRouteTests
{
    [Test]
    public async Task GenerateAsync_WhenModelIsOfCommunity_FallsBackToItsVersionAndRemembers()
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var first = await harness.GenerateAsync(StubModels.Community);
        var second = await harness.GenerateAsync(StubModels.Community);

        Assert.That(new[] { first.Value, second.Value }, Is.All.EqualTo(ReplicateStub.TinyPng));
        var version = StubModels.All.Single(model => model.Name == StubModels.Community).Version;
        Assert.That(harness.Stub.Creates.Select(create => create.Version), Is.EqualTo(new[] { null, version, version }));
    }

    [Test]
    public async Task GenerateAsync_WhenVersionIsPinned_ReadsAndRunsThatVersion()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var version = StubModels.All.Single(model => model.Name == StubModels.FluxSchnell).Version;

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor($"{StubModels.FluxSchnell}:{version}"));
        var image = await harness.GenerateAsync(plan);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(plan.Model, Is.EqualTo($"{StubModels.FluxSchnell}:{version}"));
        Assert.That(plan.UsesSeed, Is.True);
        Assert.That(harness.Stub.Creates.Select(create => (create.Path, create.Version)), Is.EqualTo([("/v1/predictions", version)]));
    }

    [Test]
    public async Task PlanAsync_WhenThePinnedVersionDoesNotExist_IsAConfigurationErrorThatNamesIt()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var pinned = $"{StubModels.FluxSchnell}:{new string('0', 64)}";

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(pinned), CancellationToken.None);

        Assert.That(plan.Error?.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(plan.Error!.Detail, Does.Contain(pinned));
    }

    [Test]
    public async Task GenerateAsync_WhenModelIsADeployment_UsesItsRouteAndTheSchemaOfItsRelease()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Deployment("acme/portraits", StubModels.FluxSchnell);

        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor("deployments/acme/portraits"));
        var image = await harness.GenerateAsync(plan);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(plan.ParametersUsed.Keys, Does.Contain("num_outputs"));
        Assert.That(harness.Stub.Creates.Select(
            create => (create.Path, create.Version)), Is.EqualTo([("/v1/deployments/acme/portraits/predictions", default(string))]));
    }

    [Test]
    public async Task PlanAsync_WhenDeploymentDoesNotExist_IsAConfigurationErrorThatNamesIt()
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor("deployments/acme/none"), CancellationToken.None);

        Assert.That(plan.Error?.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(plan.Error!.Detail, Does.Contain("deployments/acme/none"));
    }

    [Test]
    public async Task GenerateAsync_WhenTheVersionIsGone_ReadsTheModelAgainAndRunsTheNewOne()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        await harness.GenerateAsync(StubModels.Community);
        var version = new string('b', 64);
        harness.Stub.NewVersion(StubModels.Community, version);

        var progress = new RecordingProgress([]);
        var image = await harness.GenerateAsync(
            harness.TaskFor(await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.Community))), progress);

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(progress.Steps, Is.EqualTo(["submitting", "rejected", "submitting", "started", "storing", "receiving"]));
        Assert.That(harness.Stub.Creates[^1].Version, Is.EqualTo(version));
        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(2));
    }

    [Test]
    public async Task PlanAsync_WhenManyCallAtOnce_ReadsTheModelOnce()
    {
        await using var harness = await ReplicateHarness.StartAsync(1);
        harness.Stub.RejectsModel(StubResponse.NotFound);
        var request = ReplicateHarness.RequestFor(StubModels.FluxPro);

        var failed = await harness.Generator.PlanAsync(request, CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => harness.PlanAsync(request)));

        Assert.That(failed.Error!.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(failed.Error.Detail, Does.Contain(StubModels.FluxPro));
        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(2));
    }

    [Test]
    public async Task PlanAsync_WhenCalledAgainLater_ReadsTheModelAgain()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        var request = ReplicateHarness.RequestFor(StubModels.FluxPro);
        await harness.PlanAsync(request);
        await harness.PlanAsync(request);
        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(1));

        harness.Clock.Skip(TimeSpan.FromMinutes(10));
        await harness.PlanAsync(request);

        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(2));
    }

    [Test]
    public async Task PlanAsync_WhenModelReadFailsForAWhile_Retries()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.RejectsModel(StubResponse.EdgeError, StubResponse.Unavailable, StubResponse.LimitedByBody(1));

        var image = await harness.GenerateAsync();

        Assert.That(image.Value, Is.EqualTo(ReplicateStub.TinyPng));
        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(4));
    }

    [TestCase("30", 120)]
    [TestCase("300", 61)]
    public async Task PlanAsync_WhenModelReadIsLimitedForLongerThanItMayTake_SaysAtOnceWhenToRetry(string deadline, int retryAfter)
    {
        await using var harness = await ReplicateHarness.StartAsync(100, ("REPLICATE_DEADLINE", deadline));
        harness.Stub.RejectsModel([.. Enumerable.Repeat(StubResponse.LimitedByBody(retryAfter), 5)]);

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error!.Kind, Is.EqualTo(ErrorKind.RateLimited));
        Assert.That(plan.Error.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(retryAfter)));
        Assert.That(harness.Stub.ModelGetCount, Is.EqualTo(1));
    }

    [Test]
    public async Task PlanAsync_WhenModelReadIsLimitedAgainAndAgain_EndsWithinTheDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "30"));
        harness.Stub.RejectsModel([.. Enumerable.Repeat(StubResponse.LimitedByBody(14), 5)]);

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error!.Kind, Is.AnyOf(ErrorKind.RateLimited, ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Stub.ModelGetCount, Is.LessThanOrEqualTo(3), "a fourth one would be sent after 42 s");
    }

    [Test]
    public async Task PlanAsync_WhenModelReadGetsNoResponse_TimesOutAtTheDeadline()
    {
        await using var harness = await ReplicateHarness.StartAsync(20, ("REPLICATE_DEADLINE", "20"));
        harness.Stub.StallsModel();

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
    }

    [Test]
    public async Task PlanAsync_WhenReplicateIsDown_SaysThatItCannotBeReached()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        await harness.Stub.CloseAsync();

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
    }

    [Test]
    public async Task PlanAsync_WhenThereIsNoToken_IsAConfigurationError()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_API_TOKEN", null));

        var plan = await harness.Generator.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro), CancellationToken.None);

        Assert.That(plan.Error, Is.EqualTo(new Error(ErrorKind.ConfigurationError, "REPLICATE_API_TOKEN is not configured")));
        Assert.That(harness.Stub.ModelGetCount, Is.Zero);
    }

    [Test]
    public async Task GenerateAsync_WhenVersionIsNotPermitted_IsAConfigurationErrorThatNamesTheModel()
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.BadVersion));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(error.Detail, Does.Contain(StubModels.FluxPro));
    }

    [TestCase("not json", "text/plain")]
    [TestCase("""{"id":"../../account","status":"starting"}""", "application/json")]
    [TestCase("""{"status":"starting"}""", "application/json")]
    public async Task GenerateAsync_WhenTheResponseToTheCreateHasNoLegalId_Fails(string body, string type)
    {
        await using var harness = await ReplicateHarness.StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(new StubResponse(201, body, type)));

        var error = await harness.FailToGenerateAsync();

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(harness.Announced, Is.Empty);
        Assert.That(harness.Stub.GetCount, Is.Zero);
        Assert.That(harness.Stub.Creates, Has.Count.EqualTo(1));
    }
}
