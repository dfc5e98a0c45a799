using System.Text.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[Category("Integration")]
internal sealed class GenerationLedgerTests
{
    private static readonly IdempotencyKey s_key = new("owner", "key-1", "hash-1");
    private static readonly DateTimeOffset s_now = AReference.Time.AddMinutes(1);

    private readonly Generation _generation = AGeneration.Of(3) with
    {
        ReferenceImageIds = [AReference.NewId(), AReference.NewId()],
        PricePerImage = 0.04m,
        RetriedFrom = GenerationId.Create(AReference.Time),
    };

    private TestCatalog _catalog = null!;

    private IGenerationLedger Ledger => _catalog.Ledger;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync();
        await Ledger.BeginAsync(_generation, s_key, null, default);
    }

    [TearDown]
    public async Task TearDown() => await _catalog.DisposeAsync();

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

        var refused = await Ledger.BeginAsync(next, null, 0.15m, default);
        var tomorrow = await Ledger.BeginAsync(AGeneration.Of(3) with { PricePerImage = 0.04m, CreatedAt = AReference.Time.AddDays(1) }, null, 0.15m, default);
        await FailUnpaidAsync(_generation.Slots[0]);
        var accepted = await Ledger.BeginAsync(next, null, 0.12m, default);

        Assert.That((refused.Outcome, refused.SpentToday), Is.EqualTo((BeginOutcome.OverBudget, 0.12m)));
        Assert.That(tomorrow.Outcome, Is.EqualTo(BeginOutcome.Begun));
        Assert.That(accepted.Outcome, Is.EqualTo(BeginOutcome.Begun), "what failed unpaid costs nothing");
    }

    [Test]
    public async Task RecordAsync_WhenASlotMoves_KeepsEveryMemberAndRaisesTheRevision()
    {
        var submitted = _generation.Slots[1].Submit(s_now);
        var started = submitted.Start("abc", TimeSpan.FromMilliseconds(1500));
        var failed = started.Fail("GenerationRejected", "Too violent.", isPaidLoss: true, s_now.AddSeconds(1));

        await Ledger.RecordAsync(_generation.Id, _generation.Slots[1], submitted, default);
        await Ledger.RecordAsync(_generation.Id, submitted, started, default);
        var recorded = await Ledger.RecordAsync(_generation.Id, started, failed, default);

        var read = (await Ledger.FindAsync(_generation.Id, default))!;
        Assert.That(read.Slots[1], Is.EqualTo(failed));
        Assert.That(JsonSerializer.Serialize(recorded), Is.EqualTo(JsonSerializer.Serialize(read)));
        Assert.That((read.Revision, read.Status), Is.EqualTo((4, GenerationStatus.Running)));
        Assert.That(await Ledger.FindImageByPredictionAsync("abc", default), Is.EqualTo(failed.ImageId));
        Assert.That(await Ledger.ListPredictionsAsync(s_now, default), Is.EqualTo(["abc"]));
        Assert.That(await Ledger.ListPredictionsAsync(s_now.AddSeconds(1), default), Is.Empty);
    }

    [Test]
    public async Task RecordAsync_WhenSomebodyElseChangedTheSlot_ChangesNothing()
    {
        var slot = _generation.Slots[0];
        await Ledger.RequestCancelAsync(_generation.Id, s_now, default);

        Assert.That(await Ledger.RecordAsync(_generation.Id, slot, slot.Submit(s_now), default), Is.Null);
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots[0].State, Is.EqualTo(GenerationSlotState.Canceled));
    }

    [Test]
    public async Task RequestCancelAsync_WhenSomeRun_CancelsTheQueuedOnes()
    {
        await Ledger.RecordAsync(_generation.Id, _generation.Slots[0], _generation.Slots[0].Submit(s_now), default);

        var canceling = (await Ledger.RequestCancelAsync(_generation.Id, s_now, default))!;
        var again = (await Ledger.RequestCancelAsync(_generation.Id, s_now.AddHours(1), default))!;

        Assert.That(canceling.Status, Is.EqualTo(GenerationStatus.Canceling));
        Assert.That(canceling.Slots.Select(slot => slot.State), Is.EqualTo(
            [GenerationSlotState.Submitting, GenerationSlotState.Canceled, GenerationSlotState.Canceled]));
        Assert.That((again.Revision, again.CancelRequestedAt), Is.EqualTo((canceling.Revision, (DateTimeOffset?)s_now)));
    }

    [Test]
    public async Task RecordAsync_WhenItEndsWithNothingPaid_FreesTheKey()
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
    public async Task CompleteAsync_WhenTheImageHasARow_KeepsItAndEndsTheSlot()
    {
        var slot = _generation.Slots[0];
        var existing = AReference.Uploaded() with { Id = slot.ImageId };
        await _catalog.References.AddAsync(existing, default);

        await Ledger.CompleteAsync(_generation.Id, slot.Succeed(s_now), AReference.Generated(_generation, slot), default);

        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots[0].State, Is.EqualTo(GenerationSlotState.Succeeded));
        Assert.That((await _catalog.References.ReadAllAsync(default).ToListAsync()).Single().Origin, Is.EqualTo(existing.Origin));
    }

    [Test]
    public async Task CompleteAsync_WhenSlotsFinishAtOnce_KeepsAll()
    {
        await Task.WhenAll(_generation.Slots.Select(slot => Task.Run(async () =>
        {
            var submitted = slot.Submit(s_now);
            await Ledger.RecordAsync(_generation.Id, slot, submitted, default);
            await Ledger.CompleteAsync(_generation.Id, submitted.Succeed(s_now), AReference.Generated(_generation, slot), default);
        })));

        var read = (await Ledger.FindAsync(_generation.Id, default))!;
        Assert.That((read.Status, read.Revision), Is.EqualTo((GenerationStatus.Succeeded, 7)));
        Assert.That(await _catalog.References.ReadAllAsync(default).CountAsync(), Is.EqualTo(3));
        Assert.That(await Ledger.ListOpenAsync(default), Is.Empty);
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
    public async Task SumUsageAsync_WhenAsked_SumsByDayAndModel()
    {
        await Ledger.CompleteAsync(_generation.Id, _generation.Slots[0].Succeed(s_now), AReference.Generated(_generation, _generation.Slots[0]), default);
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

    private Task<Generation?> FailUnpaidAsync(GenerationSlot slot) =>
        Ledger.RecordAsync(_generation.Id, slot, slot.Fail("RateLimited", "No.", isPaidLoss: false, s_now), default);
}
