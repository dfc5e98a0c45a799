using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

/// <summary>What a node may write of a generation that another one has claimed since, on each engine.</summary>
[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class GenerationClaimTests(CatalogKind kind)
{
    private readonly Generation _generation = AGeneration.Of(2);
    private TestCatalog _catalog = null!;

    private IGenerationLedger Ledger => _catalog.Ledger;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync(kind);
        await Ledger.BeginAsync(_generation, null, null, default);
    }

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task Claim_WhenNobodyRunsThem_ReturnsThemOldestFirstWithoutThoseThatRunHere()
    {
        var older = AGeneration.Of(1) with { CreatedAt = AReference.Time.AddMinutes(-1) };
        await Ledger.BeginAsync(older, null, null, default);

        Assert.That(await ClaimAsync(), Is.EqualTo([older.Id, _generation.Id]));
        Assert.That(await ClaimAsync(older.Id), Is.EqualTo([_generation.Id]));
        await Ledger.RequestCancelAsync(_generation.Id, AReference.Time, default);
        Assert.That(await ClaimAsync(older.Id), Is.Empty, "it is final");
    }

    [Test]
    public async Task Claim_WhenWhatRunsHereIsToBeCanceled_ReturnsIt()
    {
        var slot = _generation.Slots[0];
        await Ledger.RecordAsync(_generation, slot, slot.Submit(AReference.Time), default);
        await ClaimAsync();
        await Ledger.RequestCancelAsync(_generation.Id, AReference.Time, default);

        Assert.That(await ClaimAsync(_generation.Id), Is.EqualTo([_generation.Id]));
    }

    [Test]
    public async Task Release_WhenClaimedAgain_GivesItBack()
    {
        var claimed = await Ledger.TryClaimAsync(_generation, default);
        var released = await Ledger.ReleaseAsync(claimed!, default);
        var again = await Ledger.TryClaimAsync(released!, default);

        var slot = _generation.Slots[0];
        Assert.That(await Ledger.RecordAsync(again!, slot, slot.Submit(AReference.Time), default), Is.Not.Null);
    }

    [Test]
    public async Task Record_WhenAnotherNodeClaimedIt_RecordsNothing()
    {
        await TakeOverAsync();
        var slot = _generation.Slots[0];

        Assert.That(await Ledger.RecordAsync(_generation, slot, slot.Submit(AReference.Time), default), Is.Null);
        Assert.That(await Ledger.CompleteAsync(_generation, slot.Succeed(AReference.Time), AReference.Generated(_generation, slot), default), Is.Null);
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots, Is.EqualTo(_generation.Slots));
        Assert.That(await _catalog.References.ReadAllAsync(default).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Record_WhenAnotherNodeClaimedItWhileThePaidRequestWasOnItsWay_RecordsWhatBecameOfIt()
    {
        GenerationSlot[] submitted = [.. _generation.Slots.Select(slot => slot.Submit(AReference.Time))];
        await Ledger.RecordAsync(_generation, _generation.Slots[0], submitted[0], default);
        await Ledger.RecordAsync(_generation, _generation.Slots[1], submitted[1], default);
        await TakeOverAsync();

        var started = submitted[0].Start("prediction-1");
        Assert.That(await Ledger.RecordAsync(_generation, submitted[0], started, default), Is.Not.Null);
        Assert.That(await Ledger.RecordAsync(_generation, submitted[1], submitted[1].Requeue(), default), Is.Not.Null);
        Assert.That(await Ledger.RecordAsync(_generation, started, started.Store(0), default), Is.Null, "what follows is the work of the other node");
        Assert.That((await Ledger.FindAsync(_generation.Id, default))!.Slots, Is.EqualTo([started, submitted[1].Requeue()]));
    }

    [Test]
    public async Task Record_WhenAnotherNodeClaimedIt_DoesNotGiveTheRequestUpForLost()
    {
        var submitted = _generation.Slots[0].Submit(AReference.Time);
        await Ledger.RecordAsync(_generation, _generation.Slots[0], submitted, default);
        await TakeOverAsync();

        var lost = submitted.Fail("SubmissionLost", "Not found.", isPaidLoss: true, AReference.Time);

        Assert.That(await Ledger.RecordAsync(_generation, submitted, lost, default), Is.Null);
    }

    /// <summary>As another process does. With SQLite there is none; but whoever comes to be one must find the same rule.</summary>
    private async Task TakeOverAsync()
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        await context.Generations.ExecuteUpdateAsync(rows => rows
            .SetProperty(row => row.NodeId, Guid.NewGuid()).SetProperty(row => row.Claim, row => row.Claim + 1));
    }

    private async Task<IEnumerable<GenerationId>> ClaimAsync(params GenerationId[] running) =>
        (await Ledger.ClaimOpenAsync(10, running, default)).Select(generation => generation.Id);
}
