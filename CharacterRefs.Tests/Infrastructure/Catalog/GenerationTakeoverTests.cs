using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

/// <summary>Two nodes with a runner each on one database. A lease ends when the test ends it in the database.</summary>
[Category("Integration")]
internal sealed class GenerationTakeoverTests : TwoNodesFixture
{
    private readonly TaskCompletionSource _wakeUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Claim_WhenTheOtherNodeIsAlive_LeavesWhatIsIts()
    {
        await BeginAsync(One.Node.Id);

        Assert.That(await ClaimAsync(Two, 10), Is.Empty);
    }

    [Test]
    public async Task Claim_WhenTheLeaseOfTheOtherNodeEnded_TakesPaidWorkAndAsMuchElseAsThereArePlaces()
    {
        var paid = await BeginAsync(One.Node.Id);
        await One.Ledger.RecordAsync(paid, paid.Slots[0], paid.Slots[0].Submit(AReference.Time), default);
        var queued = new[] { await BeginAsync(One.Node.Id), await BeginAsync(One.Node.Id), await BeginAsync(null) };
        await Two.ExpireAsync(One.Node);

        Assert.That(await ClaimAsync(Two, 0), Is.EqualTo([paid.Id]));
        Assert.That(await ClaimAsync(Two, 2), Has.Count.EqualTo(3).And.SubsetOf(queued.Append(paid).Select(generation => generation.Id)));
    }

    [Test]
    public async Task Claim_WhenTwoNodesClaimAtOnce_GivesEachOtherOnes()
    {
        for (var i = 0; i < 30; i++)
        {
            await BeginAsync(null);
        }

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => ClaimAsync(i % 2 == 0 ? One : Two, 5))));

        var (first, second) = (await ClaimAsync(One, 30), await ClaimAsync(Two, 30));
        Assert.That(first.Concat(second).Distinct().Count(), Is.EqualTo(first.Count + second.Count).And.EqualTo(30));
    }

    [Test]
    public async Task Node_WhenItWakesUpAfterATakeover_WritesNothing()
    {
        await using var one = Scene(One);
        await using var two = Scene(Two);
        using var counted = new CountedEvents(one.Meters);
        one.Generator.Scripts[0] = async slot =>
        {
            await slot.StartAsync();
            await _wakeUp.Task;
            return await (slot with { Task = slot.Task with { PredictionId = "prediction-0" } }).DeliverAsync();
        };
        var generation = (await one.BeginAsync()).Value!.Generation;
        await UntilAsync(generation, slot => slot.PredictionId is not null);

        await TakeOverAsync(two, places: 0);
        var done = await two.EndAsync(generation);
        _wakeUp.SetResult();
        await Condition.UntilAsync(() => !one.Runner.IsBusy);

        Assert.That(done.Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(two.Generator.Tasks.Single().PredictionId, Is.EqualTo("prediction-0"), "what was paid is fetched, not paid again");
        Assert.That((await Two.Ledger.FindAsync(generation.Id, default))!.Revision, Is.EqualTo(done.Revision));
        Assert.That(await Two.References.ReadAllAsync(default).CountAsync(), Is.EqualTo(1));
        Assert.That(counted.Sums, Does.ContainKey("characterrefs.leases.lost kind=generation").WithValue(1));
    }

    [Test]
    public async Task Node_WhenItLosesTheGenerationWhileACreateIsOnItsWay_StillRecordsItsPrediction()
    {
        await using var one = Scene(One);
        await using var two = Scene(Two);
        one.Generator.Scripts[0] = async slot =>
        {
            await slot.Progress.SubmittingAsync();
            await _wakeUp.Task;
            slot.Progress.Started("prediction-0");
            return await (slot with { Task = slot.Task with { PredictionId = "prediction-0" } }).DeliverAsync();
        };
        var generation = (await one.BeginAsync()).Value!.Generation;
        await UntilAsync(generation, slot => slot.State is GenerationSlotState.Submitting);

        await TakeOverAsync(two, places: 0);
        await Condition.UntilAsync(() => !two.Generator.Claims.IsEmpty); // it looks for the prediction, and does not find it
        _wakeUp.SetResult();
        await UntilAsync(generation, slot => slot.PredictionId is not null);

        Assert.That((await two.EndAsync(generation)).Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(two.Generator.Tasks.Single().PredictionId, Is.EqualTo("prediction-0"));
        Assert.That(await Two.References.ReadAllAsync(default).CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Rejection_WhenAnotherNodeSentTheRequestAgainMeanwhile_ChangesNothing()
    {
        var generation = AGeneration.Of(1);
        await One.Ledger.BeginAsync(generation, null, null, default);
        var first = (await One.Ledger.TryClaimAsync(generation, default))!;
        var sent = first.Slots[0].Submit(AReference.Time);
        await One.Ledger.RecordAsync(first, first.Slots[0], sent, default);
        await One.Ledger.RecordAsync(first, sent, sent.Requeue(), default);
        var second = (await Two.Ledger.TryClaimAsync((await One.Ledger.ReleaseAsync(first, default))!, default))!;
        await Two.Ledger.RecordAsync(second, second.Slots[0], second.Slots[0].Submit(AReference.Time.AddMinutes(1)), default);

        var repeated = await One.Ledger.RecordAsync(first, sent, sent.Requeue(), default);

        Assert.That(repeated, Is.Null);
        Assert.That((await One.Ledger.FindAsync(generation.Id, default))!.Slots[0].State, Is.EqualTo(GenerationSlotState.Submitting));
    }

    [Test]
    public async Task Generation_WhenItWaitsAtABusyNode_RunsWhereAPlaceIsFree()
    {
        await using var one = Scene(One);
        await using var two = Scene(Two);
        one.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        two.Generator.Scripts[0] = slot => (slot with { Index = 1 }).DeliverAsync(); // another prediction
        var running = (await one.BeginAsync()).Value!.Generation;
        await UntilAsync(running, slot => slot.PredictionId is not null);
        var waiting = (await one.BeginAsync()).Value!.Generation;

        foreach (var claimed in await Two.Ledger.ClaimOpenAsync(two.Runner.FreePlaces, [], default))
        {
            two.Runner.Start(claimed);
        }

        Assert.That((await two.EndAsync(waiting)).Status, Is.EqualTo(GenerationStatus.Succeeded));
        Assert.That(two.Generator.Tasks, Has.Count.EqualTo(1));
        one.Runner.Leave(await One.Ledger.ListGoneAsync(one.Runner.Waiting, default));
        await Condition.UntilAsync(() => one.Runner.Running.SequenceEqual([running.Id]));
        Assert.That(one.Generator.Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stop_WhenWorkIsOpen_LeavesItToOthersAtOnce()
    {
        await using var one = Scene(One);
        await using var two = Scene(Two);
        one.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        var generation = (await one.BeginAsync()).Value!.Generation;
        await UntilAsync(generation, slot => slot.PredictionId is not null);

        Assert.That(await one.Runner.StopAsync(default), Is.Zero);

        Assert.That(await ClaimAsync(Two, 0), Is.EqualTo([generation.Id]), "the lease of the other node goes on");
    }

    private static GenerationScene Scene(TestCatalog catalog) => new()
    {
        Record = catalog.Ledger,
        Node = catalog.Node,
        Settings = ReferenceScene.Settings with { Concurrency = 1, QueueLimit = 10 },
    };

    private static async Task<IReadOnlyCollection<GenerationId>> ClaimAsync(TestCatalog catalog, int places) =>
        [.. (await catalog.Ledger.ClaimOpenAsync(places, [], default)).Select(generation => generation.Id)];

    private async Task TakeOverAsync(GenerationScene scene, int places)
    {
        await Two.ExpireAsync(One.Node);
        foreach (var generation in await Two.Ledger.ClaimOpenAsync(places, [], default))
        {
            scene.Runner.Start(generation);
        }
    }

    private async Task<Generation> BeginAsync(Guid? nodeId)
    {
        var generation = AGeneration.Of(1) with { NodeId = nodeId };
        await One.Ledger.BeginAsync(generation, null, null, default);
        return generation;
    }

    private Task UntilAsync(Generation generation, Func<GenerationSlot, bool> condition) => Condition.UntilAsync(
        async () => condition((await Two.Ledger.FindAsync(generation.Id, default))!.Slots[0]));
}
