using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Notices at the start that the store is another than at the last one: a bucket instead of the local disk, or another bucket. What was verified in the
/// old one is then ordered for the new one; the old one is left as it is.
/// </summary>
internal sealed partial class StoreChange(IReferenceCatalog catalog, StoreName name, ILogger<StoreChange> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ordered = await catalog.EnterStoreAsync(name.Value, cancellationToken);
        if (ordered > 0)
        {
            LogChanged(logger, name.Value, ordered);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(157, LogLevel.Warning, "The store is another than at the last start, now {Store}: {Count} images that were in the old one are stored there too")]
    private static partial void LogChanged(ILogger logger, string store, int count);
}
