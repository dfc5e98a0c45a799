using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Checks a share of all copies and local files each minute, and keeps the reserve of the disk.</summary>
internal sealed partial class CopyCheckWorker(
    PersistedCopyCheck copies,
    LocalFileCheck files,
    StoredFileCheck stored,
    DerivativeCheck derivatives,
    ICatalogEngine catalog,
    TimeProvider clock,
    ILogger<CopyCheckWorker> logger) : Worker
{
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LocalFileCheck.Step, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                catalog.KeepReserve();
                await copies.RunAsync(stoppingToken);
                await files.RunAsync(stoppingToken);
                await derivatives.RunAsync(stoppingToken);
                await stored.RunAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Serving does not depend on it; the next step continues.
                LogFailed(logger, error.ToCause(), error.ToTrace());
            }
        }
    }

    [LoggerMessage(164, LogLevel.Error, "A check of the copies failed; the next one follows: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);
}
