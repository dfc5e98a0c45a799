using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Compares the local disk with the catalog: adopts files without a row, removes files of deleted references, and logs every other entry that is not an image
/// of the catalog, each one once. Nothing else is deleted.
/// </summary>
public sealed partial class FileAdoption(
    IReferenceFiles files,
    IDerivativeFiles derivatives,
    FileIntegrity integrity,
    IReferenceCatalog catalog,
    LocalFileIntake intake,
    TimeProvider clock,
    ILogger<FileAdoption> logger)
{
    private const int LookUpBatch = 500;
    private const int MaxNamedPerRound = 100;
    private const int MaxRemembered = 10_000;

    private readonly Dictionary<string, LocalFile?> _rejected = [];

    /// <summary>Compares all files and rows; for the start.</summary>
    /// <param name="writtenBefore">Files written later belong to running requests, which add their rows themselves.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<AdoptionReport> RunAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var report = await AdoptAsync(writtenBefore, cancellationToken);
        report = report with { Missing = await CountMissingAsync(cancellationToken) };
        LogReport(logger, report.Adopted, report.Rejected, report.Purged, report.Missing);
        return report;
    }

    /// <summary>Compares the files alone. Entries that were rejected are inspected and logged again only when they changed.</summary>
    /// <param name="writtenBefore">As for <see cref="RunAsync"/>.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<AdoptionReport> AdoptAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var round = new Round();
        using var progress = new WorkProgress("Comparing local files with the catalog", () => files.List().LongCount(), clock, logger);
        foreach (var batch in FindImages(round).Where(IsSettled).Chunk(LookUpBatch))
        {
            var states = await catalog.LookUpAsync([.. batch.Select(found => found.Id).Distinct()], cancellationToken);
            var listed = states.Where(known => known.Value is CatalogState.Listed).Select(known => known.Key).ToList();
            var formats = listed.Count > 0 ? await catalog.FindFormatsAsync(listed, cancellationToken) : null;
            foreach (var found in batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var format = formats?.GetValueOrDefault(found.Id);
                await CompareAsync(found, states.TryGetValue(found.Id, out var state) ? state : null, format, round, cancellationToken);
                progress.Advance();
            }
        }

        if (round.Rejected > MaxNamedPerRound)
        {
            LogMore(logger, round.Rejected - MaxNamedPerRound);
        }

        return new AdoptionReport(round.Adopted.Count, round.Rejected, round.Purged, Missing: 0);

        bool IsSettled(PublishedFile found) => !LocalFileIntake.MayBeWritten(found.File, writtenBefore, clock.GetUtcNow());
    }

    private static string NameOf(PublishedFile found) => Path.GetFileName(found.File.FullPath);

    private IEnumerable<PublishedFile> FindImages(Round round)
    {
        foreach (var found in files.List())
        {
            yield return found;
        }

        foreach (var entry in files.ListForeign())
        {
            if (entry.Image is { } image)
            {
                yield return image;
            }
            else
            {
                Reject(round, entry.Name, null, entry.Obstacle!);
            }
        }
    }

    /// <param name="state">The state of its id; <c>null</c> when the catalog does not know it.</param>
    /// <param name="format">The format of the image with this id; <c>null</c> without one.</param>
    /// <param name="round">Counts the outcome.</param>
    private async Task CompareAsync(PublishedFile found, CatalogState? state, ImageFormat? format, Round round, CancellationToken cancellationToken)
    {
        var isForeign = NameOf(found) != $"{found.Id}.{found.Format.Extension}";
        if (state is CatalogState.Deleted && !isForeign)
        {
            files.Delete(found.Id, found.Format);
            integrity.Forget(found.Id);
            derivatives.Delete(found.Id);
            round.Purged++;
        }
        else if (state is not null && isForeign)
        {
            var which = state is CatalogState.Deleted ? "deleted" : "under another name";
            Reject(round, NameOf(found), found.File, $"the catalog has an image with this id, {which}");
        }
        else if (format is not null && format != found.Format)
        {
            Reject(round, NameOf(found), found.File, $"the catalog has an image with this id, whose file is {found.Id}.{format.Extension}");
        }
        else if (state is null && !IsRemembered(found))
        {
            await TryAdoptAsync(found, round, cancellationToken);
        }
    }

    /// <summary>A file that cannot be read, or whose id was just adopted from another file, does not stop the rest.</summary>
    private async Task TryAdoptAsync(PublishedFile found, Round round, CancellationToken cancellationToken)
    {
        if (round.Adopted.Contains(found.Id))
        {
            Reject(round, NameOf(found), found.File, "another file was adopted with this id");
            return;
        }

        try
        {
            var adopted = await intake.AdoptAsync(found, cancellationToken);
            if (adopted.Error is { } error)
            {
                Reject(round, NameOf(found), found.File, error.Detail);
                return;
            }

            round.Adopted.Add(found.Id);
        }
        catch (AssetStoreUnavailableException exception)
        {
            // Not remembered: the next round adopts it.
            LogDeferred(logger, NameOf(found), exception.Message);
        }
        catch (LocalStorageException exception)
        {
            Reject(round, NameOf(found), found.File, exception.Message);
        }
    }

    private bool IsRemembered(PublishedFile found) => _rejected.TryGetValue(NameOf(found), out var known) && IsSame(known, found.File);

    private static bool IsSame(LocalFile? known, LocalFile? file) => known?.SizeBytes == file?.SizeBytes && known?.LastModified == file?.LastModified;

    private void Reject(Round round, string name, LocalFile? file, string cause)
    {
        if (_rejected.TryGetValue(name, out var known) && IsSame(known, file))
        {
            return;
        }

        if (_rejected.Count < MaxRemembered || _rejected.ContainsKey(name))
        {
            _rejected[name] = file;
        }

        if (++round.Rejected <= MaxNamedPerRound)
        {
            LogRejected(logger, name, cause);
        }
    }

    private async Task<int> CountMissingAsync(CancellationToken cancellationToken)
    {
        var missing = 0;
        var count = await catalog.CountAsync(cancellationToken);
        using var progress = new WorkProgress("Looking for the files of the catalog", () => count, clock, logger);
        await foreach (var reference in catalog.ReadAllAsync(cancellationToken))
        {
            // A file with a persisted copy can be fetched again.
            if (reference.PersistedCopy is null && files.Find(reference.Id, reference.Format) is null)
            {
                LogMissing(logger, reference.Id);
                missing++;
            }

            progress.Advance();
        }

        return missing;
    }

    [LoggerMessage(28, LogLevel.Warning, "Local entry {Name} is adopted when the object store takes it: {Cause}")]
    private static partial void LogDeferred(ILogger logger, string name, string cause);

    [LoggerMessage(11, LogLevel.Warning, "Local entry {Name} was not adopted: {Cause}")]
    private static partial void LogRejected(ILogger logger, string name, string cause);

    [LoggerMessage(12, LogLevel.Error, "Local file of {ImageId} not found, and it has no persisted copy")]
    private static partial void LogMissing(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(
        13,
        LogLevel.Information,
        "Compared local disk and catalog: {Adopted} files adopted, {Rejected} entries rejected, {Purged} files of deleted images removed, {Missing} missing")]
    private static partial void LogReport(ILogger logger, int adopted, int rejected, int purged, int missing);

    [LoggerMessage(15, LogLevel.Warning, "{Count} more local entries were not adopted")]
    private static partial void LogMore(ILogger logger, int count);

    /// <summary>What one comparison did.</summary>
    private sealed class Round
    {
        public HashSet<CharacterReferenceId> Adopted { get; } = [];

        public int Rejected { get; set; }

        public int Purged { get; set; }
    }
}
