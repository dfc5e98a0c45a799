using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Brings disk and catalog together after a start: a file that a crash parted from its row is adopted, with the story of its generation when one had
/// reserved its id; the file of a deleted reference is removed; whatever cannot be mended is named in the log. Nothing else is ever deleted.
/// </summary>
public sealed partial class FileAdoption(
    IReferenceFiles files,
    IReferenceCatalog catalog,
    IGenerationLedger ledger,
    IImageInspector inspector,
    PendingUploads uploads,
    TimeProvider clock,
    ILogger<FileAdoption> logger)
{
    private const int LookUpBatch = 500;

    /// <param name="writtenBefore">Files written later belong to requests of this process that are still on their way to their row.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<AdoptionReport> HandleAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var (adopted, refused, purged) = (0, 0, 0);
        foreach (var batch in files.List().Where(found => found.File.LastModified < writtenBefore).Chunk(LookUpBatch))
        {
            var standings = await catalog.LookUpAsync([.. batch.Select(found => found.Id).Distinct()], cancellationToken);
            var taken = new HashSet<CharacterReferenceId>();
            foreach (var found in batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!standings.TryGetValue(found.Id, out var standing))
                {
                    var isAdopted = await TryAdoptAsync(found, taken, cancellationToken);
                    adopted += isAdopted ? 1 : 0;
                    refused += isAdopted ? 0 : 1;
                }
                else if (standing is CatalogState.Deleted)
                {
                    files.Delete(found.Id, found.Format);
                    purged++;
                }
            }
        }

        var report = new AdoptionReport(adopted, refused, purged, await CountMissingAsync(cancellationToken));
        LogReport(logger, report);
        return report;
    }

    /// <summary>One file that cannot be read, or whose id another file has just taken, must not keep the rest from being looked at.</summary>
    private async Task<bool> TryAdoptAsync(PublishedFile found, HashSet<CharacterReferenceId> taken, CancellationToken cancellationToken)
    {
        if (taken.Contains(found.Id))
        {
            LogRefused(logger, found.Id, found.Format.Extension, "a file of another format has its id");
            return false;
        }

        try
        {
            return await AdoptAsync(found, cancellationToken) && taken.Add(found.Id);
        }
        catch (LocalStorageException exception)
        {
            LogRefused(logger, found.Id, found.Format.Extension, exception.Message);
            return false;
        }
    }

    private async Task<bool> AdoptAsync(PublishedFile found, CancellationToken cancellationToken)
    {
        var inspection = await inspector.InspectAsync(found.File.FullPath, cancellationToken);
        if (!inspection.TryGet(out var details, out var error))
        {
            LogRefused(logger, found.Id, found.Format.Extension, error.Detail);
            return false;
        }

        if (details.Format != found.Format)
        {
            LogRefused(logger, found.Id, found.Format.Extension, $"its bytes are {details.Format}");
            return false;
        }

        var reference = new CharacterReference
        {
            Id = found.Id,
            Origin = ReferenceOrigin.Adopted,
            Format = details.Format,
            Width = details.Width,
            Height = details.Height,
            SizeBytes = found.File.SizeBytes,
            Sha256 = await files.HashAsync(found.File, cancellationToken),
            CreatedAt = found.File.LastModified < clock.GetUtcNow() ? found.File.LastModified : clock.GetUtcNow(),
        };
        await AddAsync(uploads.EnqueueDue(reference), cancellationToken);
        LogAdopted(logger, found.Id);
        return true;
    }

    private async Task AddAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (await ledger.FindByImageAsync(reference.Id, cancellationToken) is not { } generation)
        {
            // Not added is as good: a lookup or an import took it in meanwhile.
            await catalog.TryAddAsync(reference, cancellationToken);
            return;
        }

        var slot = generation.Slots.Single(candidate => candidate.ImageId == reference.Id);
        var told = reference with { Origin = ReferenceOrigin.Generated, Provenance = generation.ProvenanceOf(slot) };
        if (slot.State is GenerationSlotState.Succeeded or GenerationSlotState.Failed)
        {
            await catalog.AddAsync(told, cancellationToken);
            return;
        }

        slot.Succeed();
        await ledger.CompleteAsync(generation.Id, slot, told, cancellationToken);
    }

    private async Task<int> CountMissingAsync(CancellationToken cancellationToken)
    {
        var missing = 0;
        await foreach (var reference in catalog.ReadAllAsync(cancellationToken))
        {
            // One whose copy in the store is verified was evicted, or can be fetched as if it had been.
            if (reference.PersistedCopy is null && files.Find(reference.Id, reference.Format) is null)
            {
                LogMissing(logger, reference.Id);
                missing++;
            }
        }

        return missing;
    }

    [LoggerMessage(10, LogLevel.Information, "Adopted {ImageId}: its file had no row")]
    private static partial void LogAdopted(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(11, LogLevel.Warning, "Left {ImageId}.{Extension} alone: it has no row and is not acceptable: {Reason}")]
    private static partial void LogRefused(ILogger logger, CharacterReferenceId imageId, string extension, string reason);

    [LoggerMessage(12, LogLevel.Error, "The file of {ImageId} is gone from the local disk; its row stays")]
    private static partial void LogMissing(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(13, LogLevel.Information, "Disk and catalog compared: {Report}")]
    private static partial void LogReport(ILogger logger, AdoptionReport report);
}
