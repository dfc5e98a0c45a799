using CharacterRefs.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Claims the bucket at start-up, and detects that the store changed: a bucket instead of the local disk, or another bucket. Images that were persisted in
/// the previous store are queued for the new one; the previous store is not touched.
/// </summary>
/// <param name="queue">Records the store.</param>
/// <param name="name">The store in use.</param>
/// <param name="logger">Logs a change.</param>
/// <param name="check">The probe of the bucket; <c>null</c> without one. A bucket that does not work yet is claimed before its first change.</param>
/// <param name="ownership">The claim; <c>null</c> without a bucket.</param>
internal sealed partial class StoreChange(
    IUploadQueue queue, StoreName name, ILogger<StoreChange> logger, StorageCheck? check = null, StoreOwnership? ownership = null) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (ownership is not null && check is { Result.IsWorking: true } && await ownership.ClaimAsync(cancellationToken) is { } problem)
        {
            throw new InvalidSettingsException([$"STORAGE_BUCKET cannot be used. {problem}"]);
        }

        var selection = await queue.SelectStoreAsync(name.Value, cancellationToken);
        if (selection.OtherStore is { } other)
        {
            throw new InvalidSettingsException(
            [
                $"STORAGE_BUCKET and S3_ENDPOINT name the store \"{name.Value}\", and another node on this catalog uses \"{other}\". "
                + "Set the same on all nodes; to change the store, stop all nodes first.",
            ]);
        }

        if (selection.Queued > 0)
        {
            LogChanged(logger, name.Value, selection.Queued);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(157, LogLevel.Warning, "Store changed to {Store}: queued the upload of {Count} images that were persisted in the previous store")]
    private static partial void LogChanged(ILogger logger, string store, int count);
}
