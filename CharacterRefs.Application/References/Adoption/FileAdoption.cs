using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Compares the local disk with the catalog at start-up: adopts orphaned files, with their provenance when a generation reserved the id; removes files of
/// deleted references; logs what it cannot repair. Nothing else is deleted.
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

    /// <param name="writtenBefore">Files written later belong to running requests, which add their rows themselves.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<AdoptionReport> RunAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var (adopted, refused, purged) = (0, 0, 0);
        foreach (var batch in files.List().Where(found => found.File.LastModified < writtenBefore).Chunk(LookUpBatch))
        {
            var states = await catalog.LookUpAsync([.. batch.Select(found => found.Id).Distinct()], cancellationToken);
            var adoptedIds = new HashSet<CharacterReferenceId>();
            foreach (var found in batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!states.TryGetValue(found.Id, out var state))
                {
                    var isAdopted = await TryAdoptAsync(found, adoptedIds, cancellationToken);
                    adopted += isAdopted ? 1 : 0;
                    refused += isAdopted ? 0 : 1;
                }
                else if (state is CatalogState.Deleted)
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

    /// <summary>A file that cannot be read, or whose id was just adopted from another file, does not stop the rest.</summary>
    private async Task<bool> TryAdoptAsync(PublishedFile found, HashSet<CharacterReferenceId> adoptedIds, CancellationToken cancellationToken)
    {
        if (adoptedIds.Contains(found.Id))
        {
            LogRefused(logger, found.Id, found.Format.Extension, "a file of another format was adopted with this id");
            return false;
        }

        try
        {
            return await AdoptAsync(found, cancellationToken) && adoptedIds.Add(found.Id);
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
            LogRefused(logger, found.Id, found.Format.Extension, $"its content is {details.Format}");
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
            // A lookup or an import may have added it meanwhile.
            await catalog.TryAddAsync(reference, cancellationToken);
            return;
        }

        var slot = generation.Slots.Single(candidate => candidate.ImageId == reference.Id);
        var generated = reference with { Origin = ReferenceOrigin.Generated, Provenance = generation.ProvenanceOf(slot) };
        if (!slot.IsOpen)
        {
            await catalog.AddAsync(generated, cancellationToken);
            return;
        }

        await ledger.CompleteAsync(generation.Id, slot.Succeed(clock.GetUtcNow()), generated, cancellationToken);
    }

    private async Task<int> CountMissingAsync(CancellationToken cancellationToken)
    {
        var missing = 0;
        await foreach (var reference in catalog.ReadAllAsync(cancellationToken))
        {
            // A file with a persisted copy can be fetched again.
            if (reference.PersistedCopy is null && files.Find(reference.Id, reference.Format) is null)
            {
                LogMissing(logger, reference.Id);
                missing++;
            }
        }

        return missing;
    }

    [LoggerMessage(10, LogLevel.Information, "Adopted {ImageId} from its local file")]
    private static partial void LogAdopted(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(11, LogLevel.Warning, "Orphaned file {ImageId}.{Extension} was not adopted: {Cause}")]
    private static partial void LogRefused(ILogger logger, CharacterReferenceId imageId, string extension, string cause);

    [LoggerMessage(12, LogLevel.Error, "Local file of {ImageId} not found, and it has no persisted copy")]
    private static partial void LogMissing(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(13, LogLevel.Information, "Compared local disk and catalog: {Report}")]
    private static partial void LogReport(ILogger logger, AdoptionReport report);
}
