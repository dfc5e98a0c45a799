using CharacterRefs.Application.Events;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Events.WatchEvents;

[Category("Unit")]
internal sealed class WatchEventsHandlerTests
{
    private readonly GenerationScene _scene = new();
    private readonly List<CharacterReference> _images = [];

    [SetUp]
    public void SetUp() => _scene.References.Catalog.ListAsync(default!, default, default, default).ReturnsForAnyArgs(
        call => new ReferencePage<CharacterReference>([.. _images.OrderByDescending(image => image.CreatedAt)], null));

    [TearDown]
    public async Task TearDown() => await _scene.DisposeAsync();

    [Test]
    public async Task WatchAsync_WhenNothingWasSeen_ReturnsTheOpenOnesThenEveryChange()
    {
        var open = await BegunAsync();
        await using var watching = Watch(0);
        var snapshot = await watching.NextAsync(2);

        var done = await _scene.RunAsync();
        var image = AReference.Uploaded();
        _scene.Events.Add(image);
        var changes = await watching.UntilAsync(change => change.Image?.Id == image.Id);

        Assert.That((snapshot[0].Id, snapshot[0].Generation?.Id), Is.EqualTo((0, open.Id)), "cut in the snapshot, it begins again");
        Assert.That((snapshot[1].Generation, snapshot[1].Image), Is.EqualTo(((Generation?)null, (CharacterReference?)null)));
        Assert.That(changes.Select(change => change.Id).Prepend(snapshot[1].Id), Is.Ordered.And.Unique);
        Assert.That(changes.Where(change => change.Generation?.Id == done.Id).Last().Generation!.Status, Is.EqualTo(GenerationStatus.Succeeded));
    }

    [Test]
    public async Task WatchAsync_WhenTheEventsAreInMemory_ReturnsExactlyTheLaterOnes()
    {
        _scene.Events.Add(AReference.Uploaded());
        var seen = _scene.Events.ReadAfter(0).LastId;
        await BegunAsync();
        var (first, second) = (AReference.Uploaded(), AReference.Uploaded());
        _scene.Events.Add(first);
        _scene.Events.Add(second);

        await using var watching = Watch(seen);
        var missed = await watching.NextAsync(2);
        await using var current = Watch(missed[1].Id);
        var third = AReference.Uploaded();
        _scene.Events.Add(third);

        Assert.That(missed.Select(change => change.Image?.Id), Is.EqualTo([first.Id, second.Id]));
        Assert.That((await current.NextAsync(1)).Single().Image?.Id, Is.EqualTo(third.Id));
    }

    [Test]
    public async Task WatchAsync_WhenTheProcessWasRestarted_ReturnsWhatTheCatalogHasSince()
    {
        var before = Ended(_scene.Clock.GetUtcNow());
        _images.Add(AReference.Uploaded() with { CreatedAt = _scene.Clock.GetUtcNow() });
        _scene.Clock.Advance(TimeSpan.FromHours(1));
        var seen = _scene.Events.ReadAfter(0).LastId;
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var after = Ended(_scene.Clock.GetUtcNow());
        var open = await BegunAsync();
        var image = AReference.Uploaded() with { CreatedAt = _scene.Clock.GetUtcNow() };
        _images.Add(image);
        foreach (var ended in new[] { before, after })
        {
            await _scene.Ledger.BeginAsync(ended, null, null, default);
        }

        _scene.Restart();
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var adopted = AReference.Uploaded();
        _scene.Events.Add(adopted);
        await using var watching = Watch(seen);
        var missed = await watching.NextAsync(5);

        Assert.That(missed[..2].Select(change => change.Generation?.Id), Is.EqualTo([after.Id, open.Id]));
        Assert.That(missed[2..4].Select(change => change.Image?.Id), Is.EqualTo([image.Id, adopted.Id]));
        Assert.That(missed[..3].Select(change => change.Id), Is.All.EqualTo(seen));
        Assert.That(missed[4], Is.EqualTo(new CatalogEvent(missed[3].Id)));
    }

    [Test]
    public async Task WatchAsync_WhenMoreHappenedThanIsKept_ReadsTheCatalogToo()
    {
        var seen = _scene.Events.ReadAfter(0).LastId;
        for (var i = 0; i <= EventLog.MostKept; i++)
        {
            _images.Add(AReference.Uploaded() with { CreatedAt = _scene.Clock.GetUtcNow() });
            _scene.Events.Add(_images[^1]);
        }

        await using var watching = Watch(seen);
        var missed = await watching.UntilAsync(change => change.Image is null);

        Assert.That(missed.Select(change => change.Image?.Id).OfType<CharacterReferenceId>().Distinct(), Is.EquivalentTo(_images.Select(image => image.Id)));
    }

    [Test]
    public async Task WatchAsync_WhenTheWatcherIsSlow_ReturnsTheNewestStateOfAGenerationOnce()
    {
        var seen = _scene.Events.ReadAfter(0).LastId;
        var generation = AGeneration.Of(1);
        foreach (var revision in new[] { 1, 3, 2 })
        {
            _scene.Events.Add(generation with { Revision = revision });
        }

        var last = AReference.Uploaded();
        _scene.Events.Add(last);
        await using var watching = Watch(seen);
        var missed = await watching.UntilAsync(change => change.Image is not null);

        Assert.That(missed.Select(change => change.Generation?.Revision), Is.EqualTo(new long?[] { 3, null }));
    }

    private static Generation Ended(DateTimeOffset at) => AGeneration.Of(1) with
    {
        CreatedAt = at,
        Slots = [AGeneration.Slot() with { State = GenerationSlotState.Failed, Error = "UpstreamFailed", CompletedAt = at }],
    };

    private EventReading Watch(long lastId) => new(_scene.WatchEvents.WatchAsync(lastId, default));

    private async Task<Generation> BegunAsync()
    {
        var open = AGeneration.Of(1) with { CreatedAt = _scene.Clock.GetUtcNow() };
        await _scene.Ledger.BeginAsync(open, null, null, default);
        return open;
    }

    private sealed class EventReading(IAsyncEnumerable<CatalogEvent> events) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new(TimeSpan.FromSeconds(60));
        private IAsyncEnumerator<CatalogEvent>? _events;

        public async Task<List<CatalogEvent>> NextAsync(int count)
        {
            var seen = new List<CatalogEvent>();
            await UntilAsync(change =>
            {
                seen.Add(change);
                return seen.Count == count;
            });
            return seen;
        }

        public async Task<List<CatalogEvent>> UntilAsync(Func<CatalogEvent, bool> isLast)
        {
            _events ??= events.GetAsyncEnumerator(_end.Token);
            var seen = new List<CatalogEvent>();
            while (await _events.MoveNextAsync())
            {
                seen.Add(_events.Current);
                if (isLast(_events.Current))
                {
                    break;
                }
            }

            return seen;
        }

        public async ValueTask DisposeAsync()
        {
            if (_events is not null)
            {
                await _events.DisposeAsync();
            }

            _end.Dispose();
        }
    }
}
