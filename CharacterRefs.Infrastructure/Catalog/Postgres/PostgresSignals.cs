using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// Sends signals with <c>NOTIFY</c>. They are sent after the commit of what they are about and not within it, because PostgreSQL commits transactions that
/// notify one at a time; those that gather meanwhile are sent together. What cannot be sent is dropped: the other nodes find it by polling.
/// </summary>
internal sealed partial class PostgresSignals(IDbContextFactory<PostgresCatalogContext> contexts, ILogger<PostgresSignals> logger) : ICatalogSignals
{
    /// <summary>The channel on which the nodes on a catalog listen.</summary>
    public const string Channel = "characterrefs";

    // While PostgreSQL does not respond; each is short.
    private const int MostQueued = 10_000;

    private readonly Lock _lock = new();
    private readonly string _self = Guid.NewGuid().ToString("N");
    private readonly HashSet<string> _queue = [];
    private bool _isSending;
    private Task _sending = Task.CompletedTask;
    private bool _isFailing;

    public void Send(CatalogSignal signal)
    {
        lock (_lock)
        {
            if (_queue.Count < MostQueued && _queue.Add($"{_self} {signal.Kind} {signal.Subject}") && !_isSending)
            {
                _isSending = true;
                _sending = Task.Run(SendAsync);
            }
        }
    }

    /// <summary>Waits until all that was sent so far has left, or was dropped.</summary>
    public Task SettleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _sending.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The signal in a notification; <c>null</c> when this node sent it, or does not know its kind.</summary>
    public CatalogSignal? Read(string payload) =>
        payload.Split(' ', 3) is [var sender, var kind, var subject] && sender != _self && Enum.TryParse<CatalogSignalKind>(kind, out var known)
            ? new CatalogSignal(known, subject)
            : null;

    private async Task SendAsync()
    {
        while (TakeQueued() is { Length: > 0 } payloads)
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync();
                await context.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, payload) FROM unnest({payloads}) AS payload");
                _isFailing = false;
            }
            catch (Exception error)
            {
                if (!_isFailing)
                {
                    LogFailed(logger, error.Message);
                }

                _isFailing = true;
            }
        }
    }

    private string[] TakeQueued()
    {
        lock (_lock)
        {
            string[] queued = [.. _queue];
            _queue.Clear();
            _isSending = queued.Length > 0;
            return queued;
        }
    }

    [LoggerMessage(114, LogLevel.Warning, "Signals to the other nodes on the catalog could not be sent; they find the changes by polling: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause);
}
