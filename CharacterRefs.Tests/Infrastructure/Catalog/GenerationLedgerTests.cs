using System.Text.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class GenerationLedgerTests(CatalogKind kind)
{
    private static readonly IdempotencyKey s_key = new("owner", "key-1", "hash-1");
    private static readonly DateTimeOffset s_now = AReference.Time.AddMinutes(1);

    private readonly Generation _generation = AGeneration.Of(3) with
    {
        ReferenceImageIds = [AReference.NewId(), AReference.NewId()],
        PricePerImage = 0.04m,
        RetriedFrom = GenerationId.Create(AReference.Time),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    private TestCatalog _catalog = null!;

    private IGenerationLedger Ledger => _catalog.Ledger;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync(kind);
        await Ledger.BeginAsync(_generation, s_key, null, default);
    }

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task BeginAsync_WhenRecorded_IsFoundAgainByIdImageAndKey()
    {
        foreach (var read in new[]
        {
            await Ledger.FindAsync(_generation.Id, default),
            await Ledger.FindByImageAsync(_generation.Slots[2].ImageId, default),
            (await Ledger.FindByKeyAsync("owner", "key-1", default))?.Generation,
            (await Ledger.ListOpenAsync(default)).Single(),
            (await Ledger.ListAsync(GenerationStatus.Queued, null, 10, default)).Single(),
        })
        {
            Assert.That(JsonSerializer.Serialize(read), Is.EqualTo(JsonSerializer.Serialize(_generation)));
        }
    }

    [Test]
    public async Task FindAsync_WhenThereIsNone_IsNull()
    {
        Assert.That(await Ledger.FindAsync(GenerationId.Create(AReference.Time), default), Is.Null);
        Assert.That(await Ledger.FindByImageAsync(AReference.NewId(), default), Is.Null);
        Assert.That(await Ledger.FindByKeyAsync("other", "key-1", default), Is.Null);
        Assert.That(await Ledger.RequestCancelAsync(GenerationId.Create(AReference.Time), s_now, default), Is.Null);
        Assert.That(await Ledger.FindImageByPredictionAsync("abc", default), Is.Null);
    }

    [Test]
    public async Task FindManyAsync_WhenSomeAreUnknown_LeavesThemOut()
    {
        var other = AGeneration.Of(1);
        await Ledger.BeginAsync(other, null, null, default);

        var found = await Ledger.FindManyAsync([_generation.Id, GenerationId.Create(AReference.Time)], default);

        Assert.That(JsonSerializer.Serialize(found), Is.EqualTo(JsonSerializer.Serialize(new[] { _generation })));
    }

    [Test]
    public async Task ListVersionsAsync_WhenIdsAreNamed_ReturnsTheNamedTheOpenAndTheNewOnes()
    {
        var (named, late) = (AGeneration.Of(1), AGeneration.Of(1) with { CreatedAt = s_now });
        foreach (var ended in new[] { named, late })
        {
            await Ledger.BeginAsync(ended, null, null, default);
            await Ledger.RequestCancelAsync(ended.Id, s_now, default);
        }

        var open = new GenerationVersion(_generation.Id, 1, IsOpen: true, IsCancelRequested: false);
        var canceled = new GenerationVersion(named.Id, 2, IsOpen: false, IsCancelRequested: true);
        Assert.That(await Ledger.ListVersionsAsync([named.Id, GenerationId.Create(AReference.Time)], null, default), Is.EqualTo([canceled]));
        Assert.That(await Ledger.ListVersionsAsync([], s_now, default), Is.EquivalentTo([open, canceled with { Id = late.Id }]));
        Assert.That(await Ledger.ListVersionsAsync([named.Id], s_now.AddTicks(10), default), Is.EquivalentTo([open, canceled]));
    }

    [Test]
    public async Task BeginAsync_WhenTheKeyIsTaken_RecordsNothing()
    {
        var second = AGeneration.Of(1);

        var beginning = await Ledger.BeginAsync(second, s_key with { RequestHash = "hash-2" }, null, default);

        Assert.That(beginning.Outcome, Is.EqualTo(BeginOutcome.KeyExists));
        Assert.That(await Ledger.FindAsync(second.Id, default), Is.Null);
        Assert.That((await Ledger.BeginAsync(second, s_key with { Owner = "another" }, null, default)).Outcome, Is.EqualTo(BeginOutcome.Begun));
    }

    [Test]
    public async Task BeginAsync_WhenFiftyRaceForAKey_RecordsOne()
    {
        var key = new IdempotencyKey("", "race", "hash");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Ledger.BeginAsync(AGeneration.Of(1), key, null, default))));

        Assert.That(outcomes.Count(beginning => beginning.Outcome is BeginOutcome.Begun), Is.EqualTo(1));
    }

    [Test]
    public async Task BeginAsync_WhenTheBudgetIsSpent_CountsWhatMayCostOnThatDay()
    {
        var next = AGeneration.Of(1) with { PricePerImage = 0.04m };

        var rejected = await Ledger.BeginAsync(next, null, 0.15m, default);
        var tomorrow = await Ledger.BeginAsync(AGeneration.Of(3) with { PricePerImage = 0.04m, CreatedAt = AReference.Time.AddDays(1) }, null, 0.15m, default);
        await FailUnpaidAsync(_generation.Slots[0]);
        var accepted = await Ledger.BeginAsync(next, null, 0.12m, default);

        Assert.That((rejected.Outcome, rejected.SpentToday), Is.EqualTo((BeginOutcome.OverBudget, 0.12m)));
        Assert.That(tomorrow.Outcome, Is.EqualTo(BeginOutcome.Begun));
        Assert.That(accepted.Outcome, Is.EqualTo(BeginOutcome.Begun), "what failed unpaid costs nothing");
    }

    [Test]
    public async Task BeginAsync_WhenTwoProcessesRaceForAKey_RecordsOne()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        for (var round = 0; round < 5; round++)
        {
            var key = s_key with { Key = $"race-{round}" };

            var beginnings = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                () => (i % 2 == 0 ? _catalog : other).Ledger.BeginAsync(AGeneration.Of(1), key, null, default))));

            Assert.That(beginnings.Count(beginning => beginning.Outcome is BeginOutcome.Begun), Is.EqualTo(1));
            Assert.That(beginnings.Count(beginning => beginning.Outcome is BeginOutcome.KeyExists), Is.EqualTo(7));
        }
    }

    [Test]
    public async Task BeginAsync_WhenTwoProcessesSpendTheBudget_KeepsWithinIt()
    {
        await using var other = await _catalog.OpenAnotherAsync();

        // The first generation has three images at 0.04 each; five more of one image are within 0.32.
        var beginnings = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => (i % 2 == 0 ? _catalog : other).Ledger.BeginAsync(
            AGeneration.Of(1) with { PricePerImage = 0.04m }, null, 0.32m, default))));

        Assert.That(beginnings.Count(beginning => beginning.Outcome is BeginOutcome.Begun), Is.EqualTo(5));
        Assert.That(beginnings.Count(beginning => beginning.Outcome is BeginOutcome.OverBudget), Is.EqualTo(11));
    }

    [Test]
    public async Task RecordAsync_WhenTwoProcessesMoveTheSameSlot_LetsOne()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        foreach (var slot in _generation.Slots)
        {
            var recorded = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                () => (i % 2 == 0 ? _catalog : other).Ledger.RecordAsync(_generation, slot, slot.Submit(s_now), default))));

            Assert.That(recorded.Count(generation => generation is not null), Is.EqualTo(1));
        }

        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Revision, Is.EqualTo(4));
    }

    [Test]
    public async Task RecordAsync_WhenASlotMoves_KeepsEveryMemberAndRaisesTheRevision()
    {
        var submitted = _generation.Slots[1].Wait(TimeSpan.FromMilliseconds(1500)).Submit(s_now);
        var started = submitted.Start("abc");
        var failed = started.Fail("GenerationRejected", "Too violent.", isPaidLoss: true, s_now.AddSeconds(1));

        await Ledger.RecordAsync(_generation, _generation.Slots[1], submitted, default);
        await Ledger.RecordAsync(_generation, submitted, started, default);
        var recorded = await Ledger.RecordAsync(_generation, started, failed, default);

        var read = (await Ledger.FindAsync(_generation.Id, default))!;
        Assert.That(read.Slots[1], Is.EqualTo(failed));
        Assert.That(JsonSerializer.Serialize(recorded), Is.EqualTo(JsonSerializer.Serialize(read)));
        Assert.That((read.Revision, read.Status), Is.EqualTo((4, GenerationStatus.Running)));
        Assert.That(await Ledger.FindImageByPredictionAsync("abc", default), Is.EqualTo(failed.ImageId));
    }

    [Test]
    public async Task RecordAsync_WhenSlotsClaimOnePrediction_LetsOneHaveIt()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        List<(GenerationSlot From, GenerationSlot To)> starts = [];
        foreach (var slot in _generation.Slots)
        {
            var submitted = slot.Submit(s_now);
            await Ledger.RecordAsync(_generation, slot, submitted, default);
            starts.Add((submitted, submitted.Start("abc")));
        }

        var recorded = await Task.WhenAll(starts.Select((start, i) => Task.Run(
            () => (i % 2 == 0 ? _catalog : other).Ledger.RecordAsync(_generation, start.From, start.To, default))));

        Assert.That(recorded.Count(generation => generation is not null), Is.EqualTo(1));
        var slots = (await Ledger.FindAsync(_generation.Id, default))!.Slots;
        Assert.That(slots.Count(slot => slot.PredictionId == "abc"), Is.EqualTo(1));
        Assert.That(slots.Count(slot => slot.State is GenerationSlotState.Submitting), Is.EqualTo(slots.Count - 1));
    }

    [Test]
    public async Task RecordAsync_WhenSomebodyElseChangedTheSlot_ChangesNothing()
    {
        var slot = _generation.Slots[0];
        await Ledger.RequestCancelAsync(_generation.Id, s_now, default);

        Assert.That(await Ledger.RecordAsync(_generation, slot, slot.Submit(s_now), default), Is.Null);
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots[0].State, Is.EqualTo(GenerationSlotState.Canceled));
    }

    [Test]
    public async Task RequestCancelAsync_WhenSomeRun_CancelsTheQueuedOnes()
    {
        await Ledger.RecordAsync(_generation, _generation.Slots[0], _generation.Slots[0].Submit(s_now), default);

        var canceling = (await Ledger.RequestCancelAsync(_generation.Id, s_now, default))!;
        var again = (await Ledger.RequestCancelAsync(_generation.Id, s_now.AddHours(1), default))!;

        Assert.That(canceling.Status, Is.EqualTo(GenerationStatus.Canceling));
        Assert.That(canceling.Slots.Select(slot => slot.State), Is.EqualTo(
            [GenerationSlotState.Submitting, GenerationSlotState.Canceled, GenerationSlotState.Canceled]));
        Assert.That((again.Revision, again.CancelRequestedAt), Is.EqualTo((canceling.Revision, (DateTimeOffset?)s_now)));
    }

    [Test]
    public async Task RecordAsync_WhenItFailsWithNothingPaid_FreesTheKey()
    {
        foreach (var slot in _generation.Slots)
        {
            Assert.That(await Ledger.FindByKeyAsync("owner", "key-1", default), Is.Not.Null);
            await FailUnpaidAsync(slot);
        }

        Assert.That(await Ledger.FindByKeyAsync("owner", "key-1", default), Is.Null);
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Status, Is.EqualTo(GenerationStatus.Failed));
    }

    [Test]
    public async Task RequestCancelAsync_WhenNothingWasPaid_KeepsTheKey()
    {
        await FailUnpaidAsync(_generation.Slots[0]);

        var canceled = (await Ledger.RequestCancelAsync(_generation.Id, s_now, default))!;

        Assert.That(canceled.Status, Is.EqualTo(GenerationStatus.Canceled));
        Assert.That((await Ledger.FindByKeyAsync("owner", "key-1", default))?.Generation.Id, Is.EqualTo(_generation.Id));
    }

    [Test]
    public async Task CompleteAsync_WhenTheImageHasARow_KeepsItAndEndsTheSlot()
    {
        var slot = _generation.Slots[0].Submit(s_now).Store(extraOutputs: 2);
        var existing = AReference.Uploaded() with { Id = slot.ImageId };
        await _catalog.References.AddAsync(existing, default);

        await Ledger.CompleteAsync(_generation, slot.Succeed(s_now), AReference.Generated(_generation, slot), default);

        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots[0], Is.EqualTo(slot.Succeed(s_now)));
        Assert.That((await _catalog.References.ReadAllAsync(default).ToListAsync()).Single().Origin, Is.EqualTo(existing.Origin));
    }

    [Test]
    public async Task CompleteAsync_WhenSlotsFinishAtOnce_KeepsAll()
    {
        await Task.WhenAll(_generation.Slots.Select(slot => Task.Run(async () =>
        {
            var submitted = slot.Submit(s_now);
            await Ledger.RecordAsync(_generation, slot, submitted, default);
            await Ledger.CompleteAsync(_generation, submitted.Succeed(s_now), AReference.Generated(_generation, slot), default);
        })));

        var read = (await Ledger.FindAsync(_generation.Id, default))!;
        Assert.That((read.Status, read.Revision), Is.EqualTo((GenerationStatus.Succeeded, 7)));
        Assert.That(await _catalog.References.ReadAllAsync(default).CountAsync(), Is.EqualTo(3));
        Assert.That(await Ledger.ListOpenAsync(default), Is.Empty);
    }

    [Test]
    public async Task RecordAsync_WhenChangesMeetWhileTheCatalogIsWritten_SharesATransaction()
    {
        var commands = _catalog.Commands.Count;

        var recorded = await WhileWrittenAsync(slot => Ledger.RecordAsync(_generation, slot, slot.Submit(s_now), default));

        var writes = _catalog.Commands.Texts.Skip(commands).Count(text => text.Contains("UPDATE generations ", StringComparison.Ordinal)
            || text.Contains("UPDATE \"generations\" ", StringComparison.Ordinal));

        // PostgreSQL does not queue writes: how many share one depends on when each comes.
        Assert.That(writes, kind is CatalogKind.Sqlite ? Is.EqualTo(1) : Is.InRange(1, 3));
        Assert.That(recorded.Select(generation => generation!.Revision), Is.EquivalentTo([2, 3, 4]));
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots.Select(slot => slot.State), Is.All.EqualTo(GenerationSlotState.Submitting));
    }

    [Test]
    public async Task RecordAsync_WhenTheConfirmationOfAnyNumberOfChangesIsLost_FailsForEach()
    {
        _catalog.LostCommits.LoseNext();

        var failed = 0;
        await WhileWrittenAsync(async slot =>
        {
            try
            {
                return await Ledger.RecordAsync(_generation, slot, slot.Submit(s_now), default);
            }
            catch (LocalStorageException)
            {
                Interlocked.Increment(ref failed);
                return null;
            }
        });

        // What fails was recorded all the same: a refusal would tell its caller that somebody else had done it.
        Assert.That(failed, kind is CatalogKind.Sqlite ? Is.EqualTo(3) : Is.InRange(1, 3));
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots.Select(slot => slot.State), Is.All.EqualTo(GenerationSlotState.Submitting));
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Revision, Is.EqualTo(4));
    }

    [Test]
    public async Task CompleteAsync_WhenOneOfSeveralFails_RecordsTheOthers()
    {
        var failures = 0;
        await WhileWrittenAsync(async slot =>
        {
            var image = AReference.Generated(_generation, slot);
            try
            {
                return await Ledger.CompleteAsync(_generation, slot.Succeed(s_now), slot.Index == 1 ? image with { Format = null! } : image, default);
            }
            catch (NullReferenceException)
            {
                failures++;
                return null;
            }
        });

        Assert.That(failures, Is.EqualTo(1));
        Assert.That(
            (await Ledger.FindAsync(_generation.Id, default))!.Slots.Select(slot => slot.State),
            Is.EqualTo([GenerationSlotState.Succeeded, GenerationSlotState.Queued, GenerationSlotState.Succeeded]));
    }

    [Test]
    public async Task ListAsync_WhenThereArePages_ReturnsEachOnceNewestFirst()
    {
        var all = new List<Generation> { _generation };
        for (var i = 0; i < 6; i++)
        {
            // Pairs of the same moment: the id decides.
            all.Add(AGeneration.Of(1) with { CreatedAt = AReference.Time.AddSeconds(i / 2) });
            await Ledger.BeginAsync(all[^1], null, null, default);
        }

        var listed = new List<Generation>();
        do
        {
            listed.AddRange(await Ledger.ListAsync(null, listed.LastOrDefault()?.Id, 2, default));
        }
        while (listed.Count < all.Count);

        Assert.That(listed.Select(generation => generation.Id), Is.EquivalentTo(all.Select(generation => generation.Id)));
        Assert.That(listed.Select(generation => generation.CreatedAt), Is.Ordered.Descending);
        Assert.That(await Ledger.ListAsync(null, listed[^1].Id, 2, default), Is.Empty);
        Assert.That(await Ledger.ListAsync(GenerationStatus.Succeeded, null, 2, default), Is.Empty);
    }

    [Test]
    public async Task SumUsageAsync_WhenThereAreGenerations_SumsByDayAndModel()
    {
        await Ledger.CompleteAsync(_generation, _generation.Slots[0].Succeed(s_now), AReference.Generated(_generation, _generation.Slots[0]), default);
        await FailUnpaidAsync(_generation.Slots[1]);
        var other = AGeneration.Of(2) with { Model = "owner/free", CreatedAt = AReference.Time.AddDays(1) };
        await Ledger.BeginAsync(other, null, null, default);
        var day = DateOnly.FromDateTime(AReference.Time.UtcDateTime);

        var usage = await Ledger.SumUsageAsync(day, day.AddDays(1), default);

        Assert.That(usage, Is.EqualTo(
        [
            new DailyUsage(day, "owner/model", 1, 2, 0.08m),
            new DailyUsage(day.AddDays(1), "owner/free", 0, 2, null),
        ]));
        Assert.That(await Ledger.SumUsageAsync(day.AddDays(2), day.AddDays(3), default), Is.Empty);
    }

    /// <summary>Starts a change of each slot while another write holds the catalog.</summary>
    private async Task<Generation?[]> WhileWrittenAsync(Func<GenerationSlot, Task<Generation?>> change)
    {
        var isDone = new TaskCompletionSource<int>();
        var writing = _catalog.Database.WriteAsync(_ => isDone.Task, default);
        var changes = Task.WhenAll(_generation.Slots.Select(change));
        isDone.SetResult(0);
        await writing;
        return await changes;
    }

    private Task<Generation?> FailUnpaidAsync(GenerationSlot slot) =>
        Ledger.RecordAsync(_generation, slot, slot.Fail("RateLimited", "No.", isPaidLoss: false, s_now), default);
}
