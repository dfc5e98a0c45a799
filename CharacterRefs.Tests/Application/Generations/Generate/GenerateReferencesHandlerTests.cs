using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using NSubstitute.Extensions;

namespace CharacterRefs.Tests.Application.Generations.Generate;

[Category("Unit")]
internal sealed class GenerateReferencesHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenOneImageComes_WritesEveryStepInOrder()
    {
        var plan = new ScriptedPlan(ScriptedPlan.Delivers) { BeforeReceiving = index => _scene.Journal.Add($"{index} bytes") };

        var result = await HandleAsync(plan);

        var id = result.Value!.Images.Single().Reference.Id;
        Assert.That(_scene.Journal, Is.EqualTo(
        [
            "begin", "0 Submitting", "0 Running prediction-0", "0 bytes", $"publish {id}", "0 Succeeded prediction-0 row",
        ]));
    }

    [Test]
    public async Task HandleAsync_WhenGeneratorHasNoPredictions_GoesFromSubmittingToSucceeded()
    {
        var result = await HandleAsync(new ScriptedPlan(ScriptedPlan.Delivers) { HasPredictions = false });

        Assert.That(_scene.JournalOf(0), Is.EqualTo(["Submitting", "Succeeded row"]));
        Assert.That(result.Error, Is.Null);
    }

    [Test]
    public async Task HandleAsync_WhenAllImagesCome_ReturnsThemInSlotOrderWithTheirStory()
    {
        var plan = Delivering(3);

        var result = await HandleAsync(plan, Command(3, seed: 7));

        var generated = result.Value!;
        Assert.That(generated.Failures, Is.Empty);
        Assert.That(generated.Generation, Is.SameAs(_scene.Begun));
        Assert.That(generated.Images.Select(image => image.Reference), Is.EqualTo(_scene.Rows));
        Assert.That(_scene.Rows.Select(row => row.Id), Is.EqualTo(generated.Generation.Slots.Select(slot => slot.ImageId)));
        Assert.That(_scene.Rows.Select(row => row.Provenance), Is.EqualTo(generated.Generation.Slots.Select(generated.Generation.ProvenanceOf)));
        Assert.That(_scene.Rows.Select(
            row => (row.Origin, row.Format, row.Width, row.Height)), Is.All.EqualTo((ReferenceOrigin.Generated, ImageFormat.Jpeg, 640, 480)));
        Assert.That(generated.Images.Select(image => image.Path), Is.EqualTo(_scene.Rows.Select(row => $"data/{row.Id}.jpg")));
        Assert.That(generated.Images.Select(image => image.File), Is.All.Not.Null);
    }

    [Test]
    public async Task HandleAsync_WhenAccepted_RecordsThePlanAndTheRequest()
    {
        var plan = Delivering(2);

        await HandleAsync(plan, Command(2));

        var begun = _scene.Begun!;
        Assert.That((begun.Description, begun.Prompt, begun.Model), Is.EqualTo(("a knight", "Draw a knight.", plan.Model)));
        Assert.That((begun.ParametersUsed, begun.ParametersDropped), Is.EqualTo((plan.ParametersUsed, plan.ParametersDropped)));
        Assert.That((begun.CreatedAt, begun.ReferenceImageId), Is.EqualTo((AReference.Time, default(CharacterReferenceId?))));
        Assert.That(begun.Slots.Select(slot => slot.Index), Is.EqualTo([0, 1]));
    }

    [Test]
    public async Task HandleAsync_WhenSeedIsGiven_CountsUpFromIt()
    {
        var plan = Delivering(4);

        await HandleAsync(plan, Command(4, seed: 100));

        Assert.That(plan.Seeds, Is.EqualTo(new int?[] { 100, 101, 102, 103 }));
        Assert.That(_scene.Rows.Select(row => row.Provenance!.Seed), Is.EqualTo(plan.Seeds));
    }

    [Test]
    public async Task HandleAsync_WhenNoSeedIsGiven_DrawsABaseAndCountsUpFromIt()
    {
        var bases = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var plan = Delivering(4);
            await HandleAsync(plan, Command(4));
            bases.Add(plan.Seeds[0]!.Value);
            Assert.That(plan.Seeds, Is.EqualTo(Enumerable.Range(bases[^1], 4)));
        }

        Assert.That(bases, Is.All.InRange(0, GenerationLimits.MaxSeed - GenerationLimits.MaxImages));
        Assert.That(bases.Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public async Task HandleAsync_WhenModelTakesNoSeed_SendsNone()
    {
        var plan = new ScriptedPlan(ScriptedPlan.Delivers, ScriptedPlan.Delivers) { UsesSeed = false };

        await HandleAsync(plan, Command(2, seed: 5));

        Assert.That(plan.Seeds, Is.EqualTo(new int?[] { null, null }));
        Assert.That(_scene.Rows.Select(row => row.Provenance!.Seed), Is.All.Null);
    }

    [Test]
    public async Task HandleAsync_WhenOneSlotIsRefused_KeepsTheOthersInOrder()
    {
        var plan = new ScriptedPlan(
            ScriptedPlan.Delivers, ScriptedPlan.Refuses(ErrorKind.GenerationRejected, "Too violent."), ScriptedPlan.Delivers);

        var result = await HandleAsync(plan, Command(3));

        Assert.That(Indexes(result.Value!.Images.Select(image => image.Reference)), Is.EqualTo([0, 2]));
        Assert.That(result.Value.Failures, Is.EqualTo([new SlotFailure(1, new Error(ErrorKind.GenerationRejected, "Too violent."))]));
        Assert.That(_scene.JournalOf(1), Is.EqualTo(["Submitting", "Running prediction-1", "Failed prediction-1 GenerationRejected"]));
    }

    [Test]
    public async Task HandleAsync_WhenSlotsFinishInAnotherOrder_ReturnsThemInSlotOrder()
    {
        var second = new TaskCompletionSource();
        var plan = new ScriptedPlan(
            async _ =>
            {
                await second.Task;
                return null;
            },
            _ =>
            {
                second.SetResult();
                return Task.FromResult<Error?>(null);
            });

        var result = await HandleAsync(plan, Command(2));

        Assert.That(Indexes(result.Value!.Images.Select(image => image.Reference)), Is.EqualTo([0, 1]));
    }

    [Test]
    public async Task HandleAsync_WhenAllSlotsFail_IsTheErrorOfTheFirst()
    {
        var plan = new ScriptedPlan(ScriptedPlan.Refuses(ErrorKind.UpstreamTimedOut), ScriptedPlan.Refuses(ErrorKind.GenerationRejected));

        var result = await HandleAsync(plan, Command(2));

        Assert.That(result.Error, Is.EqualTo(new Error(ErrorKind.UpstreamTimedOut, "No.")));
    }

    [Test]
    public async Task HandleAsync_WhenTheDiskRefusesOneImage_FailsThatSlotOnly()
    {
        _scene.Files.When(
            files => files.Publish(Arg.Any<IStagedFile>(), Arg.Is<CharacterReferenceId>(id => id == _scene.Begun!.Slots[1].ImageId), Arg.Any<ImageFormat>()))
            .Do(_ => throw new LocalStorageException("The disk is full."));

        var result = await HandleAsync(Delivering(3), Command(3));

        Assert.That(Indexes(_scene.Rows), Is.EqualTo([0, 2]));
        Assert.That(result.Value!.Failures, Is.EqualTo([new SlotFailure(1, new Error(ErrorKind.StorageUnavailable, "The disk is full."))]));
        Assert.That(_scene.JournalOf(1).Last(), Is.EqualTo("Failed prediction-1 StorageUnavailable"));
        Assert.That(_scene.Staged.Select(staged => staged.Disposals), Is.All.EqualTo(1));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task HandleAsync_WhenOneSlotThrowsSomethingUnexpected_KeepsTheOthers(Exception fault)
    {
        var plan = new ScriptedPlan(ScriptedPlan.Delivers, ScriptedPlan.Throws(fault), ScriptedPlan.Delivers);

        var result = await HandleAsync(plan, Command(3));

        Assert.That(Indexes(result.Value!.Images.Select(image => image.Reference)), Is.EqualTo([0, 2]));
        Assert.That(result.Value.Failures.Select(failure => (failure.Index, failure.Error.Kind)), Is.EqualTo([(1, ErrorKind.InternalError)]));
        Assert.That(result.Value.Failures[0].Error.Detail, Does.Not.Contain(fault.Message));
        Assert.That(_scene.JournalOf(1).Last(), Is.EqualTo("Failed prediction-1 InternalError"));
    }

    [Test]
    public async Task HandleAsync_WhenTheLedgerFailsForOneSlot_KeepsTheOthers(
        [Values(GenerationSlotState.Running, GenerationSlotState.Succeeded)] GenerationSlotState from)
    {
        var isBroken = false;
        _scene.Ledger.Configure()
            .RecordAsync(Arg.Any<GenerationId>(), Arg.Is<GenerationSlot>(slot => slot.Index == 1), Arg.Any<CancellationToken>())
            .Returns(call => isBroken || call.Arg<GenerationSlot>().State == from ? Break() : Task.CompletedTask);
        _scene.Ledger.Configure()
            .CompleteAsync(
                Arg.Any<GenerationId>(), Arg.Is<GenerationSlot>(slot => slot.Index == 1), Arg.Any<CharacterReference>(), Arg.Any<CancellationToken>())
            .Returns(_ => Break());

        var result = await HandleAsync(Delivering(3), Command(3));

        Assert.That(Indexes(result.Value!.Images.Select(image => image.Reference)), Is.EqualTo([0, 2]));
        Assert.That(result.Value.Failures.Select(failure => (failure.Index, failure.Error.Kind)), Is.EqualTo([(1, ErrorKind.InternalError)]));

        Task Break()
        {
            isBroken = true;
            return Task.FromException(new InvalidOperationException("The catalog is locked."));
        }
    }

    [Test]
    public async Task HandleAsync_WhenTheCallerGivesUp_RecordsEverySlotAndThrows()
    {
        using var caller = new CancellationTokenSource();
        Func<CancellationToken, Task<Error?>> waits = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        };
        var handling = HandleAsync(new ScriptedPlan(waits, waits), Command(2), caller.Token);

        await caller.CancelAsync();

        Assert.That(async () => await handling, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_scene.JournalOf(0), Is.EqualTo(["Submitting", "Running prediction-0", "Failed prediction-0 Canceled"]));
        Assert.That(_scene.JournalOf(1), Is.EqualTo(["Submitting", "Running prediction-1", "Failed prediction-1 Canceled"]));
    }

    [Test]
    public void HandleAsync_WhenTheCallerGivesUpAfterTheImageIsPaid_KeepsItAndThrows()
    {
        using var caller = new CancellationTokenSource();
        var plan = new ScriptedPlan(ScriptedPlan.Delivers) { BeforeReceiving = _ => caller.Cancel() };

        Assert.That(async () => await HandleAsync(plan, cancellationToken: caller.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_scene.JournalOf(0).Last(), Is.EqualTo("Succeeded prediction-0 row"));
    }

    [Test]
    public async Task HandleAsync_WhenSlotsAreWritten_NeverPassesTheCallersToken()
    {
        using var caller = new CancellationTokenSource();

        await HandleAsync(new ScriptedPlan(ScriptedPlan.Delivers, ScriptedPlan.Refuses(ErrorKind.UpstreamFailed)), Command(2), caller.Token);

        var tokens = _scene.Ledger.ReceivedCalls()
            .Where(call => call.GetMethodInfo().Name is nameof(IGenerationLedger.RecordAsync) or nameof(IGenerationLedger.CompleteAsync))
            .Select(call => call.GetArguments().OfType<CancellationToken>().Single())
            .ToList();
        Assert.That(tokens, Has.Count.EqualTo(4));
        Assert.That(tokens, Is.All.EqualTo(CancellationToken.None));
    }

    [Test]
    public async Task HandleAsync_WhenTheGateRefusesTheModelsBytes_IsUpstreamAndNothingIsPublished()
    {
        _scene.Inspector.InspectAsync(default!, default).ReturnsForAnyArgs(Error.Invalid("file", "The image has two frames."));

        var result = await HandleAsync(new ScriptedPlan(ScriptedPlan.Delivers));

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(result.Error?.Detail, Does.Contain("The image has two frames."));
        Assert.That(result.Error?.Field, Is.Null);
        Assert.That(_scene.JournalOf(0).Last(), Is.EqualTo("Failed prediction-0 UpstreamFailed"));
        Assert.That(_scene.Journal, Has.None.StartsWith("publish"));
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenPlanIsRefused_RecordsNothing()
    {
        var refusal = Error.Invalid("aspect_ratio", "This model draws 1:1 only.");
        var handler = _scene.Generate(Delivering(1));
        _scene.Generator.PlanAsync(default!, default).ReturnsForAnyArgs(refusal);

        var result = await handler.HandleAsync(Command(1), CancellationToken.None);

        Assert.That(result.Error, Is.SameAs(refusal));
        Assert.That(_scene.Journal, Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenRequestNamesSomethingUnknown_PlansNothing()
    {
        var result = await HandleAsync(Delivering(1), Command(1) with { Flavor = "noir" });

        Assert.That(result.Error?.Field, Is.EqualTo("config_flavor"));
        await _scene.Generator.DidNotReceiveWithAnyArgs().PlanAsync(default!, default);
    }

    [Test]
    public void HandleAsync_WhenTheLedgerDoesNotTakeTheGeneration_PaysNothing()
    {
        var plan = Delivering(1);
        _scene.Ledger.Configure().BeginAsync(default!, default).ThrowsAsyncForAnyArgs(new InvalidOperationException("The catalog is locked."));

        Assert.That(async () => await HandleAsync(plan), Throws.InvalidOperationException);
        Assert.That(plan.Seeds, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new TestCaseData(new InvalidOperationException("A bug.")).SetArgDisplayNames("a bug");
        yield return new TestCaseData(new OperationCanceledException("Not the caller's.")).SetArgDisplayNames("a cancellation of somebody else");
        yield return new TestCaseData(new TaskCanceledException("A timeout of HttpClient.")).SetArgDisplayNames("a timeout");
    }

    private static ScriptedPlan Delivering(int slots) => new([.. Enumerable.Repeat(ScriptedPlan.Delivers, slots)]);

    private static GenerateReferencesCommand Command(int numImages, int? seed = null) => new()
    {
        Description = "a knight",
        NumImages = numImages,
        Seed = seed,
        Parameters = new GenerationParameters(),
    };

    private static IEnumerable<int> Indexes(IEnumerable<CharacterReference> references) =>
        references.Select(reference => reference.Provenance!.SlotIndex);

    private Task<Result<GeneratedReferences>> HandleAsync(
        ScriptedPlan plan, GenerateReferencesCommand? command = null, CancellationToken cancellationToken = default) =>
        _scene.Generate(plan).HandleAsync(command ?? Command(1), cancellationToken);
}
