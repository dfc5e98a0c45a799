using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Events.WatchEvents;

/// <summary>Follows all generations and new images.</summary>
public sealed class WatchEventsHandler(EventLog log, IGenerationLedger ledger, IReferenceCatalog catalog)
{
    // What the catalog is read for when the events are no longer in memory, such as after a restart.
    private const int MostCaughtUp = 200;

    // A change is shown after the first upload of its image was attempted, so later than it was recorded.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The open generations, then every change. With an id, the changes since that event instead: exactly those when they are still in memory, otherwise
    /// the generations and images that changed since its time, of which the watcher may have some already. With other nodes on the catalog, the changes of
    /// the seconds before that event are repeated, because it may be from another node.
    /// </summary>
    /// <param name="lastId">The last event that the watcher has; 0 = none.</param>
    public async IAsyncEnumerable<CatalogEvent> WatchAsync(long lastId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watching = log.Watch();
        lastId = log.ResumeAfter(lastId);
        while (true)
        {
            // Before the catalog is read, so that no change falls between.
            var (events, newest, isComplete, changed) = log.ReadAfter(lastId);
            if (!isComplete)
            {
                // Whoever is cut in here begins again: these have the id of the beginning.
                var since = lastId > 0 ? EventLog.TimeOf(lastId) - s_margin : DateTimeOffset.MaxValue;
                await foreach (var missed in ReadAsync(since, cancellationToken))
                {
                    yield return missed with { Id = lastId };
                }

                if (lastId == 0)
                {
                    events = [];
                }
            }

            foreach (var next in events)
            {
                yield return next;
            }

            if (!isComplete)
            {
                yield return new CatalogEvent(newest);
            }

            lastId = newest;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private async IAsyncEnumerable<CatalogEvent> ReadAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = await ledger.ListOpenAsync(cancellationToken);
        IReadOnlyList<Generation> ended = since == DateTimeOffset.MaxValue ? [] :
            [.. (await ledger.ListAsync(status: null, before: null, MostCaughtUp, cancellationToken)).Where(generation => generation.CompletedAt >= since)];
        foreach (var generation in ended.Reverse().Concat(open))
        {
            yield return new CatalogEvent(0, Generation: generation);
        }

        if (since < DateTimeOffset.MaxValue)
        {
            var images = await catalog.ListAsync(new ReferenceFilter(Query: null, Origin: null), after: null, MostCaughtUp, cancellationToken);
            foreach (var image in images.Items.Where(image => image.CreatedAt >= since).Reverse())
            {
                yield return new CatalogEvent(0, Image: image);
            }
        }
    }
}
