using CharacterRefs.Application.Nodes;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Looks for changes of other nodes on the same catalog: soon after their signals, and every two seconds without.</summary>
internal sealed partial class RemoteChangesWorker(RemoteChanges changes, TimeProvider clock, ILogger<RemoteChangesWorker> logger) : Worker
{
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(2);

    // The changes of a generation come in groups; together they cost one query.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(50);

    private bool _isFailing;

    protected override Task WorkAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), PollAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await changes.Signalled.WaitAsync(cancellationToken);
            await Task.Delay(s_gather, clock, cancellationToken);
            await TryAsync(changes.ReadSignalledAsync(cancellationToken));
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var missed = changes.Missed;
            await TryAsync(changes.PollAsync(cancellationToken));
            await missed.WaitAsync(s_poll, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task TryAsync(Task look)
    {
        try
        {
            await look;
            _isFailing = false;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The next poll finds what was missed.
            if (!_isFailing)
            {
                LogFailed(logger, error.Message);
            }

            _isFailing = true;
        }
    }

    [LoggerMessage(116, LogLevel.Warning, "Changes of other nodes could not be read; they are read at the next poll: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause);
}
