using CharacterRefs.Application.Generations;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

/// <summary>What the ledger counts, because it alone sees the end of each slot exactly once.</summary>
[Category("Integration")]
internal sealed class GenerationMeterTests
{
    private static readonly DateTimeOffset s_start = AReference.Time.AddMinutes(1);
    private static readonly DateTimeOffset s_end = s_start.AddSeconds(12);

    private readonly Generation _generation = AGeneration.Of(4) with { PricePerImage = 0.04m };
    private TestCatalog _catalog = null!;
    private CountedEvents _counted = null!;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync();
        _counted = new CountedEvents(_catalog.Meters);
        await _catalog.Ledger.BeginAsync(_generation, null, null, default);
    }

    [TearDown]
    public async Task TearDown()
    {
        _counted.Dispose();
        await _catalog.DisposeAsync();
    }

    [Test]
    public async Task Slots_WhenTheyEnd_AreCountedByOutcomeModelAndErrorWithDurationAndCost()
    {
        var succeeded = await RunAsync(0);
        await _catalog.Ledger.CompleteAsync(_generation, succeeded.Succeed(s_end), AReference.Generated(_generation, succeeded), default);
        var lost = await RunAsync(1);
        await RecordAsync(lost, lost.Fail("UpstreamFailed", "The output is no image.", isPaidLoss: true, s_end));
        await RecordAsync(_generation.Slots[2], _generation.Slots[2].Fail("RateLimited", "Waited too long.", isPaidLoss: false, s_end));
        await _catalog.Ledger.RequestCancelAsync(_generation.Id, s_end, default);

        Assert.That(_counted.Sums, Is.EquivalentTo(new Dictionary<string, double>
        {
            ["characterrefs.generation.slots outcome=succeeded model=owner/model"] = 1,
            ["characterrefs.generation.slots outcome=failed model=owner/model error.type=UpstreamFailed"] = 1,
            ["characterrefs.generation.slots outcome=failed model=owner/model error.type=RateLimited"] = 1,
            ["characterrefs.generation.slots outcome=canceled model=owner/model error.type=Canceled"] = 1,
            ["characterrefs.generation.paid_losses model=owner/model error.type=UpstreamFailed"] = 1,
            ["characterrefs.generation.cost model=owner/model"] = 0.08,
            ["characterrefs.generation.duration outcome=succeeded model=owner/model"] = 12,
            ["characterrefs.generation.duration outcome=failed model=owner/model"] = 12,
        }));
    }

    [Test]
    public void Begin_ForAModel_BeginsTheSeriesOfItsEndsWithZero()
    {
        new GenerationMeter(_catalog.Meters).Begin(["owner/model"]);

        Assert.That(_counted.Sums.Values, Is.All.Zero);
        Assert.That(_counted.Sums.Keys, Is.SupersetOf(
        [
            "characterrefs.generation.slots outcome=succeeded model=owner/model",
            "characterrefs.generation.slots outcome=canceled model=owner/model error.type=Canceled",
            "characterrefs.generation.slots outcome=failed model=owner/model error.type=RateLimited",
            "characterrefs.generation.slots outcome=failed model=owner/model error.type=SubmissionLost",
            "characterrefs.generation.paid_losses model=owner/model error.type=SubmissionLost",
        ]));
        Assert.That(_counted.Sums.Keys, Has.None.Matches("paid_losses.*RateLimited"));
    }

    [Test]
    public async Task Slots_WhenTheirEndIsRecordedAgain_AreCountedOnce()
    {
        var slot = await RunAsync(0);
        var done = slot.Succeed(s_end);

        await _catalog.Ledger.CompleteAsync(_generation, done, AReference.Generated(_generation, slot), default);
        await _catalog.Ledger.CompleteAsync(_generation, done, AReference.Generated(_generation, slot), default);
        await RecordAsync(slot, slot.Cancel(s_end));

        Assert.That(_counted.Sums["characterrefs.generation.slots outcome=succeeded model=owner/model"], Is.EqualTo(1));
        Assert.That(_counted.Sums.Keys, Has.None.Contains("canceled"));
    }

    private async Task<GenerationSlot> RunAsync(int index)
    {
        var submitted = _generation.Slots[index].Submit(s_start);
        await RecordAsync(_generation.Slots[index], submitted);
        var running = submitted.Start($"prediction-{index}");
        await RecordAsync(submitted, running);
        return running;
    }

    private Task<Generation?> RecordAsync(GenerationSlot from, GenerationSlot to) => _catalog.Ledger.RecordAsync(_generation, from, to, default);
}
