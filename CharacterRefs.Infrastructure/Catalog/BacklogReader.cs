using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Reads how much work waits. Each query reads only the rows of that work, by an index, however long the catalog is.</summary>
internal sealed class BacklogReader(CatalogDatabase database, WebhookSettings webhooks)
{
    private static readonly string[] s_openStates =
    [
        nameof(GenerationSlotState.Queued), nameof(GenerationSlotState.Submitting), nameof(GenerationSlotState.Running), nameof(GenerationSlotState.Storing),
    ];

    private static readonly BacklogPart s_none = new(0, null);

    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk failed.</exception>
    public Task<Backlog> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var slots = await context.Slots.Where(slot => s_openStates.Contains(slot.State))
                .GroupBy(slot => slot.State)
                .Select(group => new { State = group.Key, Count = group.LongCount(), At = group.Min(slot => slot.StartedAt ?? slot.Generation!.CreatedAt) })
                .ToListAsync(cancellationToken);
            var outputs = context.Slots.Where(slot => s_openStates.Contains(slot.State) && slot.PredictionId != null);
            var uploads = context.References.Where(row => row.StoredState == CatalogRows.Pending);

            // Webhooks that were given up have no next attempt, and those of a receiver that is no longer configured are never sent.
            var receivers = webhooks.Urls.Select(url => url.AbsoluteUri).ToList();
            var deliveries = context.WebhookDeliveries.Where(row => receivers.Contains(row.Url) && row.NextAttemptAt != null);
            return new Backlog(
                s_openStates.ToDictionary(
                    state => state, state => slots.Find(slot => slot.State == state) is { } found ? new BacklogPart(found.Count, found.At) : s_none),
                new BacklogPart(await outputs.LongCountAsync(cancellationToken), await outputs.MinAsync(slot => slot.StartedAt, cancellationToken)),
                new BacklogPart(await uploads.LongCountAsync(cancellationToken), await uploads.MinAsync(row => (long?)row.CreatedAt, cancellationToken)),
                new BacklogPart(
                    await deliveries.LongCountAsync(cancellationToken), await deliveries.MinAsync(row => (long?)row.CreatedAt, cancellationToken)));
        },
        cancellationToken);
}
