using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Renders the thumb of each new image, one at a time, and at the start those of images without a color or orientation in the catalog; while generations run,
/// only every ten seconds, because clients wait for those. A thumb that was not rendered because the machine was busy is retried, each time after twice the
/// pause. One that cannot be rendered is logged and retried on demand and at the next start. Where nodes share the catalog, one of them renders all thumbs, and
/// reads the images of the others every 15 seconds.
/// </summary>
internal sealed partial class ThumbWorker(
    IDerivativeCatalog catalog,
    DerivativeCache derivatives,
    ICatalogNode node,
    EventLog events,
    GenerationRunner generations,
    TimeProvider clock,
    ILogger<ThumbWorker> logger) : Worker
{
    private const int Batch = 50;
    private const int MostAttempts = 6;
    private static readonly TimeSpan s_pauseBeforeRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pauseWhileBusy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseBetweenNodes = TimeSpan.FromSeconds(15);
    private const int MostPauses = 10;

    // Longer than a transaction lasts. PostgreSQL numbers rows when they are inserted, so a row can become visible after one with a higher number.
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(2);
    private const int MostRecent = 1_000;

    private readonly PriorityQueue<(CharacterReferenceId Id, int Attempts), DateTimeOffset> _retries = new();

    // When each image after the position was rendered, or failed.
    private readonly Dictionary<long, long> _recent = [];
    private long _position;

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        var seen = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitForGenerationsAsync(stoppingToken);
                derivatives.RemoveAbandonedStaging();

                // Read before the catalog, so that an image that is added in between wakes the next round.
                var (_, lastId, _, changed) = events.ReadAfter(seen);
                seen = lastId;
                await RetryDueAsync(stoppingToken);
                if (await node.TryTakeAsync(NodeDuty.Thumbs, stoppingToken))
                {
                    await RenderAllAsync(stoppingToken);
                }

                await WaitAsync(changed, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogRoundFailed(logger, error.ToCause(), error.ToTrace());
                await Task.Delay(s_pauseAfterFault, clock, stoppingToken);
            }
        }
    }

    private async Task WaitForGenerationsAsync(CancellationToken stoppingToken)
    {
        for (var pauses = 0; generations.IsBusy && pauses < MostPauses; pauses++)
        {
            await Task.Delay(s_pauseWhileBusy, clock, stoppingToken);
        }
    }

    private async Task RenderAllAsync(CancellationToken stoppingToken)
    {
        var last = Settle();
        while (await catalog.ListIncompleteAsync(last, Batch, stoppingToken) is { Count: > 0 } images)
        {
            foreach (var (position, reference) in images)
            {
                stoppingToken.ThrowIfCancellationRequested();

                if (!_recent.ContainsKey(position))
                {
                    await RenderAsync(reference.Id, attempts: 1);
                    _recent[position] = clock.GetTimestamp();
                }

                last = position;
            }

            Settle();
        }
    }

    /// <summary>Moves the position to the last image before which no other can appear.</summary>
    /// <returns>The position.</returns>
    private long Settle()
    {
        var newestFirst = _recent.OrderByDescending(image => image.Key);
        foreach (var (position, _) in newestFirst.Where((image, rank) => rank >= MostRecent || clock.GetElapsedTime(image.Value) > s_window).ToList())
        {
            _recent.Remove(position);
            _position = Math.Max(_position, position);
        }

        return _position;
    }

    private async Task RetryDueAsync(CancellationToken stoppingToken)
    {
        while (_retries.TryPeek(out var retry, out var due) && due <= clock.GetUtcNow())
        {
            stoppingToken.ThrowIfCancellationRequested();
            _retries.Dequeue();
            await RenderAsync(retry.Id, retry.Attempts + 1);
        }
    }

    private async Task RenderAsync(CharacterReferenceId id, int attempts)
    {
        // To its end, so that nothing is written after the service has stopped.
        if (await derivatives.CompleteAsync(id, CancellationToken.None) is not { Kind: not ErrorKind.NotFound } error)
        {
            return;
        }

        LogFailed(logger, id, error.Detail);
        if (error.Kind is ErrorKind.Overloaded && attempts < MostAttempts)
        {
            _retries.Enqueue((id, attempts), clock.GetUtcNow() + (s_pauseBeforeRetry * (1 << (attempts - 1))));
        }
    }

    /// <summary>Until something changes, a retry is due, or other nodes may have added images.</summary>
    private async Task WaitAsync(Task changed, CancellationToken stoppingToken)
    {
        if (!_retries.TryPeek(out _, out var due) && node.IsAlone)
        {
            await changed.WaitAsync(stoppingToken);
            return;
        }

        var pause = _retries.Count > 0 ? due - clock.GetUtcNow() : s_pauseBetweenNodes;
        pause = node.IsAlone || pause < s_pauseBetweenNodes ? pause : s_pauseBetweenNodes;
        await changed.WaitAsync(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(180, LogLevel.Warning, "The thumb of {ImageId} could not be rendered: {Cause}")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, string cause);

    [LoggerMessage(181, LogLevel.Error, "A round of rendering thumbs failed; the next one follows: {Cause}")]
    private static partial void LogRoundFailed(ILogger logger, string cause, Exception? trace);
}
