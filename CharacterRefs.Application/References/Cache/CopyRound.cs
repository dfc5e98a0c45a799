using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Checks all copies again, slowly: each persisted copy by its metadata in the store, and each local file by its hash, once per <c>COPY_CHECK_PERIOD</c>.
/// A copy that the store lost is queued for upload, a damaged file is replaced from the store. Where nodes share the catalog, one of them checks the copies.
/// </summary>
public sealed partial class CopyRound(
    CopyVerification verification,
    LocalCopies copies,
    FileIntegrity integrity,
    CopyRoundPorts ports,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<CopyRound> logger)
{
    /// <summary>Time between two calls of <see cref="RunAsync"/>.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    // 16 requests a second at most: after a change of the clock, or when the store was unreachable for long, many are due at once.
    private const int MostCopies = 1_000;
    private const int LeastFiles = 10;

    private readonly Queue<(CharacterReferenceId Id, ImageFormat Format)> _files = new();
    private int _filesPerStep;
    private DateTimeOffset _nextRoundAt;

    /// <summary>Checks what is due.</summary>
    /// <exception cref="LocalStorageException">The local disk or the catalog failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CheckPersistedAsync(cancellationToken);
        await CheckFilesAsync(cancellationToken);
    }

    private async Task CheckPersistedAsync(CancellationToken cancellationToken)
    {
        if (!ports.Reachability.IsReachable || !await ports.Node.TryTakeAsync(NodeDuty.CopyCheck, cancellationToken))
        {
            return;
        }

        var due = await ports.Queue.ListVerifiedBeforeAsync(clock.GetUtcNow() - settings.CopyCheckPeriod, MostCopies, cancellationToken);
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
        }

        await ports.Queue.RecordVerifiedAsync(present, clock.GetUtcNow(), cancellationToken);
        if (lost > 0)
        {
            LogLost(logger, lost);
        }
    }

    private async Task CheckFilesAsync(CancellationToken cancellationToken)
    {
        if (_files.Count == 0 && !StartRound())
        {
            return;
        }

        var batch = Enumerable.Range(0, Math.Min(_filesPerStep, _files.Count)).Select(_ => _files.Dequeue()).ToList();
        var rows = await ports.Catalog.FindManyAsync([.. batch.Select(file => file.Id)], cancellationToken);
        foreach (var (id, format) in batch)
        {
            if (rows.TryGetValue(id, out var reference) && reference.Format == format)
            {
                await CheckFileAsync(reference, cancellationToken);
            }
        }
    }

    private async Task CheckFileAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (ports.Files.Find(reference.Id, reference.Format) is not { } file || await integrity.VerifyAsync(reference, file, cancellationToken))
            {
                return;
            }

            await copies.FindAsync(reference, cancellationToken);
        }
        catch (Exception error) when (error is LocalStorageException or AssetStoreUnavailableException)
        {
            LogNotChecked(logger, reference.Id, error.Message);
        }
    }

    /// <summary>Lists the files once per period, in random order, so that a service that restarts often does not check the same ones again and again.</summary>
    private bool StartRound()
    {
        if (clock.GetUtcNow() < _nextRoundAt)
        {
            return false;
        }

        var found = ports.Files.List().Select(file => (file.Id, file.Format)).ToArray();
        Random.Shared.Shuffle(found);
        Array.ForEach(found, _files.Enqueue);
        _filesPerStep = Math.Max(LeastFiles, (int)Math.Ceiling(found.Length * (Step / settings.CopyCheckPeriod)));
        _nextRoundAt = clock.GetUtcNow() + settings.CopyCheckPeriod;
        return true;
    }

    [LoggerMessage(165, LogLevel.Error, "Queued the upload of {Count} images again: the store lost or changed their persisted copies")]
    private static partial void LogLost(ILogger logger, int count);

    [LoggerMessage(166, LogLevel.Warning, "Check of persisted copies was cut short and continues later: {Cause}")]
    private static partial void LogCutShort(ILogger logger, string cause);

    [LoggerMessage(167, LogLevel.Warning, "Local file of {ImageId} was not checked: {Cause}")]
    private static partial void LogNotChecked(ILogger logger, CharacterReferenceId imageId, string cause);
}
