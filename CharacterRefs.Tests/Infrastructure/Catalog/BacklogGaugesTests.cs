using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using CharacterRefs.Tests.Support.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class BacklogGaugesTests(CatalogKind kind)
{
    private static readonly string[] s_states = ["queued", "submitting", "running", "storing"];

    private readonly Generation _generation = AGeneration.Of(4);
    private TestCatalog _catalog = null!;
    private CountedEvents? _collected;

    [SetUp]
    public async Task SetUp()
    {
        await using var receiver = await StubReceiver.StartAsync();
        _catalog = await TestCatalog.OpenAsync(kind, receiver.Settings);
        _collected = new CountedEvents(_catalog.Meters);
    }

    [TearDown]
    public async Task TearDown()
    {
        _collected?.Dispose();
        await TestCatalog.CloseAsync(_catalog);
    }

    [Test]
    public void Gauges_WhenNothingWaits_AreZero()
    {
        var values = Collect();

        Assert.That(values, Has.Count.EqualTo(14));
        Assert.That(values.Values, Is.All.Zero);
    }

    [Test]
    public async Task Gauges_WhenSlotsAreOpen_HaveTheirNumberAndTheOldestAgeByState()
    {
        await _catalog.Ledger.BeginAsync(_generation, null, null, default);
        var first = await MoveAsync(0, AReference.Time.AddSeconds(20), submitted => submitted.Start("p0"), running => running.Store());
        await MoveAsync(1, AReference.Time.AddSeconds(40), submitted => submitted.Start("p1"));
        await MoveAsync(2, AReference.Time.AddSeconds(50), submitted => submitted.Start("p2"));
        _catalog.Clock.Advance(TimeSpan.FromMinutes(2));

        var values = Collect();

        Assert.That(s_states.Select(state => values[$"characterrefs.slots.open state={state}"]), Is.EqualTo([1, 0, 2, 1]));
        Assert.That(s_states.Select(state => values[$"characterrefs.slots.oldest_age state={state}"]), Is.EqualTo([120, 0, 80, 100]));
        Assert.That(values["characterrefs.outputs.pending"], Is.EqualTo(3), "the queued one has no prediction");
        Assert.That(values["characterrefs.outputs.oldest_age"], Is.EqualTo(100));

        await _catalog.Ledger.CompleteAsync(_generation, first.Succeed(AReference.Time), AReference.Generated(_generation, first), default);
        _catalog.Clock.Advance(BacklogGauges.Lifetime);
        values = Collect();

        Assert.That(values["characterrefs.outputs.pending"], Is.EqualTo(2));
        Assert.That(values["characterrefs.outputs.oldest_age"], Is.EqualTo(85));
    }

    /// <summary>Where nodes share the catalog, an image gets its row when the store has it.</summary>
    [Test]
    public async Task Gauges_WhenAnImageWaitsForItsRowOnLocalDisk_CountNoOutputButAPendingUploadWhereTheStoreComesFirst()
    {
        await BeginHereAsync();
        await PublishAsync(await MoveAsync(0, AReference.Time.AddSeconds(20), submitted => submitted.Start("p0"), running => running.Store()));
        await MoveAsync(1, AReference.Time.AddSeconds(40), submitted => submitted.Start("p1"), running => running.Store());
        _catalog.Clock.Advance(TimeSpan.FromMinutes(2));

        var values = Collect();

        Assert.That(values["characterrefs.outputs.pending"], Is.EqualTo(1));
        Assert.That(values["characterrefs.outputs.oldest_age"], Is.EqualTo(80));
        Assert.That(values["characterrefs.uploads.pending"], Is.EqualTo(kind is CatalogKind.Postgres ? 1 : 0));
        Assert.That(values["characterrefs.uploads.oldest_age"], Is.EqualTo(kind is CatalogKind.Postgres ? 60 : 0));
    }

    /// <summary>Its file, if any, is on the disk of that node.</summary>
    [Test]
    public async Task Gauges_WhenAnotherNodeStoresAnOutput_LeaveItToThatNode()
    {
        await BeginHereAsync();
        await MoveAsync(0, AReference.Time.AddSeconds(20), submitted => submitted.Start("p0"), running => running.Store());
        await using var other = await _catalog.OpenAnotherAsync();
        using var collected = new CountedEvents(other.Meters);

        Assert.That(Collect()["characterrefs.outputs.pending"], Is.EqualTo(1));
        Assert.That(collected.Collect()["characterrefs.outputs.pending"], Is.EqualTo(kind is CatalogKind.Postgres ? 0 : 1));
    }

    [Test]
    public async Task Gauges_WhenUploadsArePending_HaveTheirNumberAndTheOldestAge()
    {
        await _catalog.References.TryAddAsync(AReference.Pending(AReference.Uploaded(AReference.Time.AddSeconds(-30))), default);
        await _catalog.References.TryAddAsync(AReference.Pending(), default);
        await _catalog.References.TryAddAsync(AReference.Persisted(AReference.Uploaded(AReference.Time.AddHours(-1))), default);

        var values = Collect();

        Assert.That(values["characterrefs.uploads.pending"], Is.EqualTo(2));
        Assert.That(values["characterrefs.uploads.oldest_age"], Is.EqualTo(30));
    }

    [Test]
    public async Task Gauges_WhenWebhooksWait_HaveTheirNumberAndTheOldestAgeWithoutThoseGivenUp()
    {
        await _catalog.Outbox.EnqueueAsync(WebhookScene.Event(), default);
        var receiver = new Uri(await ReadAsync(context => context.WebhookDeliveries.Select(row => row.Url).FirstAsync()));
        var claim = await _catalog.Outbox.ClaimAsync(receiver, AReference.Time.AddMinutes(1), 4, default);
        await _catalog.Outbox.RecordFailedAsync(claim.Deliveries.Single(), "HTTP 410.", nextAttemptAt: null, default);
        _catalog.Clock.Advance(TimeSpan.FromSeconds(10));
        await _catalog.Outbox.EnqueueAsync(WebhookScene.Event(), default);
        _catalog.Clock.Advance(TimeSpan.FromSeconds(15));

        var values = Collect();

        Assert.That(values["characterrefs.webhooks.pending"], Is.EqualTo(1));
        Assert.That(values["characterrefs.webhooks.oldest_age"], Is.EqualTo(15));
    }

    [Test]
    public async Task Gauges_WhenCollectedOften_ReadTheCatalogOnceInAWhile()
    {
        Collect();
        await _catalog.References.TryAddAsync(AReference.Pending(), default);
        var written = _catalog.Commands.OnRows.Count;
        _catalog.Clock.Advance(BacklogGauges.Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.That(Collect()["characterrefs.uploads.pending"], Is.Zero, "the reading from before");
        Assert.That(_catalog.Commands.OnRows, Has.Count.EqualTo(written));

        _catalog.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(Collect()["characterrefs.uploads.pending"], Is.EqualTo(1));
        Assert.That(_catalog.Commands.OnRows.Count - written, Is.EqualTo(6), "queries of one reading");
    }

    [Test]
    public async Task Gauges_WhenTheCatalogFails_HaveNoValue()
    {
        await using (var context = await _catalog.Contexts.CreateDbContextAsync())
        {
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE generation_slots RENAME TO gone;");
        }

        Assert.That(Collect(), Is.Empty);
    }

    private IReadOnlyDictionary<string, double> Collect() => _collected!.Collect();

    private async Task BeginHereAsync() =>
        await _catalog.Ledger.BeginAsync(_generation with { NodeId = _catalog.Node.IsAlone ? null : _catalog.Node.Id }, null, null, default);

    private async Task PublishAsync(GenerationSlot slot)
    {
        using var staged = (await _catalog.Files.StageAsync(new MemoryStream([1]), 1, default))!;
        _catalog.Files.Publish(staged, slot.ImageId, ImageFormat.Png);
        File.SetLastWriteTimeUtc(_catalog.Files.Find(slot.ImageId, ImageFormat.Png)!.FullPath, AReference.Time.AddSeconds(60).UtcDateTime);
    }

    private async Task<GenerationSlot> MoveAsync(int index, DateTimeOffset startedAt, params Func<GenerationSlot, GenerationSlot>[] moves)
    {
        var slot = _generation.Slots[index];
        foreach (var move in (Func<GenerationSlot, GenerationSlot>[])[queued => queued.Submit(startedAt), .. moves])
        {
            var next = move(slot);
            await _catalog.Ledger.RecordAsync(_generation, slot, next, default);
            slot = next;
        }

        return slot;
    }

    private async Task<T> ReadAsync<T>(Func<CatalogDbContext, Task<T>> read)
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        return await read(context);
    }
}
