using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Detects at start-up that the store changed: a bucket instead of the local disk, or another bucket. Images that were persisted in the previous store are
/// queued for the new one; the previous store is not touched.
/// </summary>
internal sealed partial class StoreChange(IUploadQueue queue, StoreName name, ILogger<StoreChange> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var queued = await queue.SelectStoreAsync(name.Value, cancellationToken);
        if (queued > 0)
        {
            LogChanged(logger, name.Value, queued);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(157, LogLevel.Warning, "Store changed to {Store}: queued the upload of {Count} images that were persisted in the previous store")]
    private static partial void LogChanged(ILogger logger, string store, int count);
}
