using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Cache;

/// <summary>Hashes each local file again, once per <c>COPY_CHECK_PERIOD</c>, and replaces a damaged one from the store.</summary>
public sealed partial class LocalFileCheck(
    LocalCopies copies,
    FileIntegrity integrity,
    IReferenceCatalog catalog,
    IReferenceFiles files,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<LocalFileCheck> logger)
{
    /// <summary>Time between two calls of <see cref="RunAsync"/>.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private const int LeastFiles = 10;

    private readonly Queue<(CharacterReferenceId Id, ImageFormat Format)> _files = new();
    private int _filesPerStep;
    private DateTimeOffset _nextRoundAt;

    /// <summary>Checks the next files of the round.</summary>
    /// <exception cref="LocalStorageException">The local disk or the catalog failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_files.Count == 0 && !StartRound())
        {
            return;
        }

        var batch = Enumerable.Range(0, Math.Min(_filesPerStep, _files.Count)).Select(_ => _files.Dequeue()).ToList();
        var rows = await catalog.FindManyAsync([.. batch.Select(file => file.Id)], cancellationToken);
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
            if (files.Find(reference.Id, reference.Format) is not { } file || await integrity.VerifyAsync(reference, file, cancellationToken))
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

        var found = files.List().Select(file => (file.Id, file.Format)).ToArray();
        Random.Shared.Shuffle(found);
        Array.ForEach(found, _files.Enqueue);
        _filesPerStep = Math.Max(LeastFiles, (int)Math.Ceiling(found.Length * (Step / settings.CopyCheckPeriod)));
        _nextRoundAt = clock.GetUtcNow() + settings.CopyCheckPeriod;
        return true;
    }

    [LoggerMessage(167, LogLevel.Warning, "Local file of {ImageId} was not checked: {Cause}")]
    private static partial void LogNotChecked(ILogger logger, CharacterReferenceId imageId, string cause);
}
