using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The outbox as rows. A state that is reported by a webhook and the webhook are written in one transaction by <see cref="Add"/>.</summary>
internal sealed class WebhookOutbox(
    CatalogDatabase database, ICatalogEngine engine, WebhookSettings settings, WebhookSignal signal, ICatalogSignals signals, TimeProvider clock)
    : IWebhookOutbox
{
    /// <summary>Adds the rows of a message to a context whose changes the caller saves, and calls <see cref="Signal.Set"/> after the commit.</summary>
    /// <returns>Whether there is a receiver.</returns>
    public static bool Add(CatalogDbContext context, WebhookEvent message, WebhookSettings settings, DateTimeOffset now)
    {
        if (settings.Urls.Count == 0)
        {
            return false;
        }

        var id = $"msg_{Guid.CreateVersion7(now):N}";
        var body = message.ToBody();
        var time = CatalogRows.ToMicroseconds(now);
        context.WebhookDeliveries.AddRange(settings.Urls.Select(url => new WebhookDeliveryRow
        {
            MessageId = id,
            Url = url.AbsoluteUri,
            Type = message.Type,
            Body = body,
            NextAttemptAt = time,
            CreatedAt = time,
        }));
        return true;
    }

    public async Task EnqueueAsync(WebhookEvent message, CancellationToken cancellationToken)
    {
        if (settings.Urls.Count == 0)
        {
            return;
        }

        await database.WriteAsync(
            context =>
            {
                Add(context, message, settings, clock.GetUtcNow());
                return context.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        signal.Set();
    }

    // The write is one statement, so two processes never claim the same.
    public async Task<WebhookClaim> ClaimAsync(Uri url, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var (now, end) = (CatalogRows.ToMicroseconds(clock.GetUtcNow()), CatalogRows.ToMicroseconds(until));
        var receiver = url.AbsoluteUri;
        var next = await database.ReadAsync(
            context => context.WebhookDeliveries.Where(row => row.Url == receiver).MinAsync(row => row.NextAttemptAt, cancellationToken), cancellationToken);
        if (next is null || next > now)
        {
            return new WebhookClaim([], next is { } at ? CatalogRows.FromMicroseconds(at) : null);
        }

        var rows = await database.WriteAsync(
            context => engine.ClaimWebhooks(context, receiver, now, end, limit).AsNoTracking().ToListAsync(cancellationToken), cancellationToken);

        // What another process claimed first is no reason to wait: look again at once.
        return new WebhookClaim(
            [.. rows.OrderBy(row => row.Key).Select(row => new WebhookDelivery(
                row.Key, row.MessageId, row.Url, row.Type, row.Body, row.Attempts, CatalogRows.FromMicroseconds(end)))],
            CatalogRows.FromMicroseconds(now));
    }

    public async Task ReleaseAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var now = CatalogRows.ToMicroseconds(clock.GetUtcNow());
        var released = await database.WriteAsync(
            context => ClaimedBy(context, delivery).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAttemptAt, now), cancellationToken),
            cancellationToken);
        if (released > 0)
        {
            signals.Send(new CatalogSignal(CatalogSignalKind.Webhook));
        }
    }

    public Task RecordDeliveredAsync(WebhookDelivery delivery, CancellationToken cancellationToken) => database.WriteAsync(
        context => ClaimedBy(context, delivery).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    public Task RecordFailedAsync(WebhookDelivery delivery, string error, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken)
    {
        long? next = nextAttemptAt is { } at ? CatalogRows.ToMicroseconds(at) : null;
        return database.WriteAsync(
            context => ClaimedBy(context, delivery).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NextAttemptAt, next).SetProperty(row => row.Attempts, delivery.Attempts + 1)
                    .SetProperty(row => row.LastError, error),
                cancellationToken),
            cancellationToken);
    }

    // As a claim: each row by one statement, which only one process carries out.
    public async Task<IReadOnlyList<WebhookDelivery>> GiveUpOlderAsync(
        DateTimeOffset createdBefore, string error, int limit, CancellationToken cancellationToken)
    {
        var before = CatalogRows.ToMicroseconds(createdBefore);
        var rows = await database.ReadAsync(
            context => context.WebhookDeliveries.AsNoTracking()
                .Where(row => row.CreatedAt < before && row.NextAttemptAt != null).OrderBy(row => row.Key).Take(limit).ToListAsync(cancellationToken),
            cancellationToken);
        if (rows.Count == 0)
        {
            return [];
        }

        return await database.WriteAsync(
            async context =>
            {
                var ended = new List<WebhookDelivery>();
                foreach (var row in rows)
                {
                    if (await context.WebhookDeliveries.Where(stored => stored.Key == row.Key && stored.NextAttemptAt == row.NextAttemptAt)
                        .ExecuteUpdateAsync(
                            set => set.SetProperty(stored => stored.NextAttemptAt, (long?)null).SetProperty(stored => stored.LastError, error),
                            cancellationToken) > 0)
                    {
                        var until = CatalogRows.FromMicroseconds(row.NextAttemptAt!.Value);
                        ended.Add(new WebhookDelivery(row.Key, row.MessageId, row.Url, row.Type, row.Body, row.Attempts, until));
                    }
                }

                return (IReadOnlyList<WebhookDelivery>)ended;
            },
            cancellationToken);
    }

    public Task<int> DeleteEndedAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken)
    {
        var before = CatalogRows.ToMicroseconds(createdBefore);
        return database.WriteAsync(
            context => context.WebhookDeliveries.Where(row => row.CreatedAt < before && row.NextAttemptAt == null).ExecuteDeleteAsync(cancellationToken),
            cancellationToken);
    }

    private static IQueryable<WebhookDeliveryRow> ClaimedBy(CatalogDbContext context, WebhookDelivery delivery)
    {
        var end = CatalogRows.ToMicroseconds(delivery.ClaimedUntil);
        return context.WebhookDeliveries.Where(row => row.Key == delivery.Key && row.NextAttemptAt == end);
    }
}
