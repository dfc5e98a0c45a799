using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Starts the generations that are this node's: at the start, what an earlier process left open, and by sweeps what a fault stopped and, where nodes share the
/// catalog, what nobody runs. At the stop it waits for images that are being stored.
/// </summary>
internal sealed partial class GenerationWorker(
    IGenerationLedger ledger,
    GenerationRunner runner,
    ICatalogNode node,
    ServiceStop stop,
    WorkSignal signal,
    TimeProvider clock,
    ILogger<GenerationWorker> logger)
    : Worker
{
    private static readonly TimeSpan s_pauseAlone = TimeSpan.FromMinutes(1);

    // Between nodes: a sweep is three short statements.
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The sweep first: it must not claim what this node leaves to others.
        await base.StopAsync(CancellationToken.None);
        stop.CutGenerations = await runner.StopAsync(cancellationToken);
        if (stop.CutGenerations > 0)
        {
            LogCut(logger, stop.CutGenerations);
        }
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        var pause = s_shortestPause;
        while (true)
        {
            var signaled = signal.Next;
            try
            {
                var isAnyOpen = !node.HasLease || runner.IsStopping || await SweepAsync(stoppingToken);
                pause = node.IsAlone ? s_pauseAlone : isAnyOpen ? s_shortestPause : pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The rows are there for the next sweep.
                LogFailed(logger, error.ToCause(), error.ToTrace());
            }

            await signaled.WaitAsync(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <returns>Whether anything is open, here or elsewhere, as far as it matters.</returns>
    private async Task<bool> SweepAsync(CancellationToken stoppingToken)
    {
        var open = await ledger.ClaimOpenAsync(runner.FreePlaces, runner.Running, stoppingToken);
        foreach (var generation in open)
        {
            runner.Start(generation);
        }

        if (!node.IsAlone && runner.Waiting is { Count: > 0 } waiting)
        {
            runner.Leave(await ledger.ListGoneAsync(waiting, stoppingToken));
        }

        return node.IsAlone || open.Count > 0 || runner.IsBusy || await ledger.HasOpenAsync(stoppingToken);
    }

    [LoggerMessage(112, LogLevel.Error, "Open generations could not be read; the next sweep reads them again: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);

    [LoggerMessage(113, LogLevel.Error, "The stop interrupted {Count} generations; the next start resumes them")]
    private static partial void LogCut(ILogger logger, int count);
}
