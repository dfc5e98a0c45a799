using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Reads how much work waits. Each query reads only the rows of that work, by an index, however long the catalog is. What is being stored has its file on the
/// disk of one node, so it is looked for by the node that runs the generation, and by each node when none does.
/// </summary>
internal sealed class BacklogReader(CatalogDatabase database, IReferenceFiles files, ICatalogNode node, WebhookSettings webhooks)
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
                .Select(group => new
                {
                    State = group.Key,
                    Count = group.LongCount(),
                    At = group.Min(slot => slot.StartedAt ?? slot.Generation!.CreatedAt),
                    Paid = group.LongCount(slot => slot.PredictionId != null),
                    PaidAt = group.Min(slot => slot.PredictionId != null ? slot.StartedAt : null),
                })
                .ToListAsync(cancellationToken);
            var storing = await ListStoringAsync(context, cancellationToken);
            var paid = slots.Where(slot => slot.State != nameof(GenerationSlotState.Storing)).ToList();
            var missing = storing.Where(slot => slot.IsPaid && slot.WrittenAt is null).ToList();

            // Where nodes share the catalog, an image has no row until the store has it.
            List<long?> unstored = node.IsAlone ? [] : [.. storing.Where(slot => slot.WrittenAt is not null).Select(slot => slot.WrittenAt)];
            var uploads = context.References.Where(row => row.StoredState == CatalogRows.Pending);

            // Webhooks that were given up have no next attempt, and those of a receiver that is no longer configured are never sent.
            var receivers = webhooks.Urls.Select(url => url.AbsoluteUri).ToList();
            var deliveries = context.WebhookDeliveries.Where(row => receivers.Contains(row.Url) && row.NextAttemptAt != null);
            return new Backlog(
                s_openStates.ToDictionary(
                    state => state, state => slots.Find(slot => slot.State == state) is { } found ? new BacklogPart(found.Count, found.At) : s_none),
                new BacklogPart(
                    paid.Sum(slot => slot.Paid) + missing.Count,
                    paid.Select(slot => slot.PaidAt).Concat(missing.Select(slot => slot.StartedAt)).Min()),
                new BacklogPart(
                    await uploads.LongCountAsync(cancellationToken) + unstored.Count,
                    unstored.Append(await uploads.MinAsync(row => (long?)row.CreatedAt, cancellationToken)).Min()),
                new BacklogPart(
                    await deliveries.LongCountAsync(cancellationToken), await deliveries.MinAsync(row => (long?)row.CreatedAt, cancellationToken)));
        },
        cancellationToken);

    private async Task<List<(bool IsPaid, long? StartedAt, long? WrittenAt)>> ListStoringAsync(
        CatalogDbContext context, CancellationToken cancellationToken)
    {
        var slots = await context.Slots
            .Where(slot => slot.State == nameof(GenerationSlotState.Storing))
            .Where(slot => node.IsAlone || slot.Generation!.NodeId == null || slot.Generation.NodeId == node.Id)
            .Select(slot => new { slot.ImageId, IsPaid = slot.PredictionId != null, slot.StartedAt })
            .ToListAsync(cancellationToken);
        return slots.ConvertAll(slot => (slot.IsPaid, slot.StartedAt, WrittenAt(slot.ImageId)));

        long? WrittenAt(Guid imageId) => files.FindAll(new CharacterReferenceId(imageId)).FirstOrDefault()?.File is { } file
            ? CatalogRows.ToMicroseconds(file.LastModified)
            : null;
    }
}
