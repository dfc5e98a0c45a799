using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Checks each persisted copy again by its metadata in the store, once per <c>COPY_CHECK_PERIOD</c>, and queues the upload of copies that the store lost.
/// Where nodes share the catalog, one of them that reaches the store does it. A check may outlast its duty: what changed since it was listed is left as it is.
/// </summary>
public sealed partial class PersistedCopyCheck(
    CopyVerification verification,
    IUploadQueue queue,
    IStoreReachability reachability,
    ICatalogNode node,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<PersistedCopyCheck> logger)
{
    // 16 requests a second at most: after a change of the clock, or when the store was unreachable for long, many are due at once.
    private const int MostCopies = 1_000;

    /// <summary>Checks the copies that are due.</summary>
    /// <exception cref="Ports.ImageFiles.LocalStorageException">The catalog failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable)
        {
            await node.GiveUpAsync(NodeDuty.CopyCheck, cancellationToken);
            return;
        }

        if (!await node.TryTakeAsync(NodeDuty.CopyCheck, cancellationToken))
        {
            return;
        }

        var startedAt = clock.GetUtcNow();
        var before = startedAt - settings.CopyCheckPeriod;
        var due = await queue.ListVerifiedBeforeAsync(before, MostCopies, cancellationToken);
        var present = new List<CharacterReferenceId>();
        var lost = 0;
        try
        {
            foreach (var reference in due)
            {
                var exists = await verification.VerifyAsync(reference, reference.RemoteCopy!, cancellationToken);
                present.AddRange(exists ? [reference.Id] : []);
                lost += exists ? 0 : 1;
            }
        }
        catch (AssetStoreUnavailableException error)
        {
            LogCutShort(logger, error.Message);
            await node.GiveUpAsync(NodeDuty.CopyCheck, cancellationToken); // another node may reach it
        }

        await queue.RecordVerifiedAsync(present, before, startedAt, cancellationToken);
        if (lost > 0)
        {
            LogLost(logger, lost);
        }
    }

    [LoggerMessage(165, LogLevel.Error, "Queued the upload of {Count} images again: the store lost or changed their persisted copies")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(166, LogLevel.Warning, "Check of persisted copies was cut short and continues later: {Cause}")]
    private static partial void LogCutShort(ILogger logger, string cause);
}
