using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Hosting;

/// <summary>
/// Work beside requests. It ends quietly when the host stops: after a failed start the host would log its cancellation as an unhandled exception.
/// </summary>
internal abstract class Worker : BackgroundService
{
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the start does not wait for it
        try
        {
            await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Runs until its work is done or the host stops.</summary>
    protected abstract Task WorkAsync(CancellationToken stoppingToken);
}
