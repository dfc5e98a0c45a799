using System.Text.Json;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[Category("Integration")]
internal sealed class GenerationLedgerTests
{
    private readonly Generation _generation = AGeneration.Of(3);

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync();
        await _catalog.Ledger.BeginAsync(_generation, CancellationToken.None);
    }

    [TearDown]
    public async Task TearDown() => await _catalog.DisposeAsync();

    [Test]
    public async Task BeginAsync_WhenRecorded_IsFoundAgainByIdAndByImage()
    {
        foreach (var read in new[]
        {
            await _catalog.Ledger.FindAsync(_generation.Id, CancellationToken.None),
            await _catalog.Ledger.FindByImageAsync(_generation.Slots[2].ImageId, CancellationToken.None),
        })
        {
            Assert.That(JsonSerializer.Serialize(read), Is.EqualTo(JsonSerializer.Serialize(_generation)));
        }
    }

    [Test]
    public async Task FindAsync_WhenThereIsNone_IsNull()
    {
        Assert.That(await _catalog.Ledger.FindAsync(GenerationId.Create(AReference.Time), CancellationToken.None), Is.Null);
        Assert.That(await _catalog.Ledger.FindByImageAsync(AReference.NewId(), CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task RecordAsync_WhenASlotMoves_KeepsEveryStep()
    {
        var slot = _generation.Slots[1];

        slot.Submit();
        await RecordAsync(slot);
        Assert.That((await ReadAsync(1)).State, Is.EqualTo(GenerationSlotState.Submitting));

        slot.Start("abc");
        await RecordAsync(slot);
        Assert.That(((await ReadAsync(1)).State, (await ReadAsync(1)).PredictionId), Is.EqualTo((GenerationSlotState.Running, "abc")));

        slot.Fail("GenerationRejected", "Too violent.");
        await RecordAsync(slot);
        var read = await ReadAsync(1);
        Assert.That(
            (read.State, read.PredictionId, read.Error, read.ErrorDetail),
            Is.EqualTo((GenerationSlotState.Failed, "abc", "GenerationRejected", "Too violent.")));
        Assert.That((await ReadAsync(0)).State, Is.EqualTo(GenerationSlotState.Pending));
    }

    [Test]
    public void RecordAsync_WhenTheGenerationWasNeverBegun_Throws() =>
        Assert.That(
            async () => await _catalog.Ledger.RecordAsync(GenerationId.Create(AReference.Time), AGeneration.Slot(), CancellationToken.None),
            Throws.InvalidOperationException);

    [Test]
    public async Task CompleteAsync_WhenTheRowIsRefused_LeavesTheSlotAsItWas()
    {
        var slot = _generation.Slots[0];
        var reference = AReference.Generated(_generation, slot);
        await _catalog.References.AddAsync(AReference.Uploaded() with { Id = slot.ImageId }, CancellationToken.None);
        slot.Submit();
        await RecordAsync(slot);

        slot.Succeed();

        Assert.That(
            async () => await _catalog.Ledger.CompleteAsync(_generation.Id, slot, reference, CancellationToken.None),
            Throws.InstanceOf<DbUpdateException>());
        Assert.That((await ReadAsync(0)).State, Is.EqualTo(GenerationSlotState.Submitting));
    }

    [Test]
    public async Task CompleteAsync_WhenSlotsFinishAtOnce_KeepsAll()
    {
        await Task.WhenAll(_generation.Slots.Select(slot => Task.Run(async () =>
        {
            slot.Submit();
            await RecordAsync(slot);
            slot.Succeed();
            await _catalog.Ledger.CompleteAsync(_generation.Id, slot, AReference.Generated(_generation, slot), CancellationToken.None);
        })));

        var read = await _catalog.Ledger.FindAsync(_generation.Id, CancellationToken.None);
        Assert.That(read!.Slots.Select(slot => slot.State), Is.All.EqualTo(GenerationSlotState.Succeeded));
        Assert.That(await _catalog.References.ReadAllAsync(CancellationToken.None).CountAsync(), Is.EqualTo(3));
    }

    private Task RecordAsync(GenerationSlot slot) => _catalog.Ledger.RecordAsync(_generation.Id, slot, CancellationToken.None);

    private async Task<GenerationSlot> ReadAsync(int index) =>
        (await _catalog.Ledger.FindAsync(_generation.Id, CancellationToken.None))!.Slots[index];
}
