using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

/// <summary>Which records of a generation a power loss cannot undo once their call has returned.</summary>
[Category("Integration")]
internal sealed class CatalogFlushTests
{
    private readonly Generation _generation = AGeneration.Of(2);

    private TestCatalog _catalog = null!;
    private FlushCounter _engine = null!;
    private CatalogDatabase _database = null!;
    private GenerationLedger _ledger = null!;

    [SetUp]
    public async Task SetUp()
    {
        _catalog = await TestCatalog.OpenAsync(CatalogKind.Sqlite);
        _engine = new FlushCounter(_catalog.Engine);
        _database = new CatalogDatabase(_catalog.Contexts, _engine, _catalog.Clock);
        _ledger = Ledger(TimeSpan.Zero);
        await _ledger.BeginAsync(_generation, null, null, default);
    }

    [TearDown]
    public async Task TearDown()
    {
        _database.Dispose();
        await TestCatalog.CloseAsync(_catalog);
    }

    [Test]
    public async Task RecordAsync_WhenAPaymentFollows_IsFlushed()
    {
        await SubmitAsync(0);

        Assert.That(_engine.Flushes, Is.EqualTo(1));
    }

    [Test]
    public async Task RecordLatestAsync_WhenItReturns_IsFlushedWithinASecond()
    {
        var submitted = await SubmitAsync(0);

        await _ledger.RecordLatestAsync(_generation, submitted, () => submitted.Store(), default);

        Assert.That(_engine.Flushes, Is.EqualTo(1));
        _catalog.Clock.Advance(CatalogDatabase.LongestUnflushed);
        await Condition.UntilAsync(() => _engine.Flushes == 2);
    }

    [Test]
    public async Task CompleteAsync_WhenItEndsTheGeneration_IsFlushed()
    {
        var (first, last) = (await SubmitAsync(0), await SubmitAsync(1));

        await CompleteAsync(first);
        var before = _engine.Flushes;
        await CompleteAsync(last);

        Assert.That((before, _engine.Flushes), Is.EqualTo((2, 3)));
    }

    [Test]
    public async Task FlushSoon_WhenTheDiskFails_FlushesAgain()
    {
        _engine.Fault = new LocalStorageException("The disk failed.");
        _database.FlushSoon();
        _catalog.Clock.Advance(CatalogDatabase.LongestUnflushed);
        await Condition.UntilAsync(() => _engine.Flushes == 1);
        _engine.Fault = null;

        await Condition.UntilAsync(() =>
        {
            _catalog.Clock.Advance(CatalogDatabase.LongestUnflushed);
            return _engine.Flushes > 1;
        });
    }

    [Test]
    public async Task RecordAsync_WhenTheFlushFails_Fails()
    {
        _engine.Fault = new LocalStorageException("The disk failed.");

        await Assert.ThatAsync(() => SubmitAsync(0), Throws.TypeOf<LocalStorageException>());
    }

    [Test]
    public async Task RecordLatestAsync_WhenItReturns_LeavesNoConnectionThatDoesNotFlush()
    {
        var submitted = await SubmitAsync(0);
        await _ledger.RecordLatestAsync(_generation, submitted, () => submitted.Store(), default);

        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        var settings = await context.Database.SqlQueryRaw<int>("SELECT synchronous AS \"Value\" FROM pragma_synchronous").ToListAsync();

        Assert.That(settings, Is.EqualTo([2]), "FULL");
    }

    [Test]
    public async Task RecordLatestAsync_WhenTheSlotMovesOnMeanwhile_RecordsOnlyItsNewestState()
    {
        _ledger = Ledger(gathering: TimeSpan.FromHours(1));
        var submitted = await SubmitAsync(0);
        var before = _database.Writes;

        var latest = submitted.Start("prediction-1");
        var recording = _ledger.RecordLatestAsync(_generation, submitted, () => latest, default);
        latest = latest.Store();
        await SubmitAsync(1);

        var recorded = (await recording.WaitAsync(TimeSpan.FromMinutes(1)))!.Slots[0];
        Assert.That((recorded.State, recorded.PredictionId, _database.Writes - before), Is.EqualTo((GenerationSlotState.Storing, "prediction-1", 1)));
    }

    [Test]
    public async Task CompleteAsync_WhenOtherSlotsAreOpen_IsWrittenWithTheLastOne()
    {
        _ledger = Ledger(gathering: TimeSpan.FromHours(1));
        var generation = AGeneration.Of(3);
        await _ledger.BeginAsync(generation, null, null, default);
        var before = _database.Writes;

        var first = CompleteAsync(generation, 0);
        await Task.WhenAny(first, _ledger.FindAsync(generation.Id, default));
        var second = CompleteAsync(generation, 1);
        var writesBeforeLast = _database.Writes - before;
        var ends = await Task.WhenAll(first, second, CompleteAsync(generation, 2)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Multiple(() =>
        {
            Assert.That((writesBeforeLast, _database.Writes - before), Is.EqualTo((0, 1)));
            Assert.That(ends.Select(end => end!.IsFinal), Is.EqualTo([false, false, true]));
        });
    }

    [Test]
    public async Task CompleteAsync_WhenTheOtherSlotsHaveEnded_IsWrittenAtOnce()
    {
        _ledger = Ledger(gathering: TimeSpan.FromHours(1));
        var generation = AGeneration.Of(2);
        await _ledger.BeginAsync(generation, null, null, default);
        await _ledger.RecordAsync(generation, generation.Slots[0], generation.Slots[0].Cancel(AReference.Time), default);

        var end = await CompleteAsync(generation, 1).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(end!.IsFinal);
    }

    private GenerationLedger Ledger(TimeSpan gathering)
    {
        var changes = new GenerationChanges(_database, WebhookSettings.None, _catalog.Signal, new GenerationMeter(_catalog.Meters), _catalog.Clock)
        {
            Gathering = gathering,
            LastGathering = gathering,
        };
        var events = new EventLog(_catalog.Clock, _catalog.Node, new NoSignals());
        return new GenerationLedger(_database, _engine, _catalog.Node, changes, events, new NoSignals());
    }

    private async Task<GenerationSlot> SubmitAsync(int index)
    {
        var slot = _generation.Slots[index];
        var submitted = slot.Submit(AReference.Time);
        await _ledger.RecordAsync(_generation, slot, submitted, default);
        return submitted;
    }

    private Task<Generation?> CompleteAsync(GenerationSlot slot) => CompleteAsync(_generation, slot);

    private Task<Generation?> CompleteAsync(Generation generation, int index) => CompleteAsync(generation, generation.Slots[index]);

    private Task<Generation?> CompleteAsync(Generation generation, GenerationSlot slot) =>
        _ledger.CompleteAsync(generation, slot.Succeed(AReference.Time), AReference.Generated(generation, slot), default);

    private sealed class FlushCounter(ICatalogEngine inner) : ICatalogEngine
    {
        private int _flushes;

        public int Flushes => _flushes;

        public LocalStorageException? Fault { get; set; }

        public bool IsOwnedByThisProcess => inner.IsOwnedByThisProcess;

        public void Flush()
        {
            Interlocked.Increment(ref _flushes);
            if (Fault is { } fault)
            {
                throw fault;
            }

            inner.Flush();
        }

        public Task<T> WriteUnflushedAsync<T>(CatalogDbContext context, Func<Task<T>> write) => inner.WriteUnflushedAsync(context, write);

        public Task<IDbContextTransaction> BeginAsync(CatalogDbContext context, IReadOnlyCollection<string> locks, CancellationToken cancellationToken) =>
            inner.BeginAsync(context, locks, cancellationToken);

        public IQueryable<ReferenceRow> Containing(CatalogDbContext context, string key) => inner.Containing(context, key);

        public Task ClaimGenerationsAsync(CatalogDbContext context, Guid nodeId, bool takesOver, int places, CancellationToken cancellationToken) =>
            inner.ClaimGenerationsAsync(context, nodeId, takesOver, places, cancellationToken);

        public IQueryable<ReferenceRow> ClaimUploads(CatalogDbContext context, long due, long until, int limit) =>
            inner.ClaimUploads(context, due, until, limit);

        public IQueryable<WebhookDeliveryRow> ClaimWebhooks(CatalogDbContext context, string receiver, long due, long until, int limit) =>
            inner.ClaimWebhooks(context, receiver, due, until, limit);

        public bool IsConflict(Exception error) => inner.IsConflict(error);

        public void KeepReserve() => inner.KeepReserve();

        public bool TryReleaseReserve(LocalStorageException error) => inner.TryReleaseReserve(error);

        public Task<int> ShrinkAsync(CatalogDbContext context, CancellationToken cancellationToken) => inner.ShrinkAsync(context, cancellationToken);

        public LocalStorageException? Translate(Exception error) => inner.Translate(error);
    }
}
