using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Adopts a local file without a row, with its provenance when a generation reserved the id. The content decides the format; a file with another name gets the
/// name of its id and format. One file at a time.
/// </summary>
public sealed partial class LocalFileIntake(
    IReferenceFiles files,
    IReferenceCatalog catalog,
    IGenerationLedger ledger,
    IImageInspector inspector,
    UploadIntake uploads,
    TimeProvider clock,
    ILogger<LocalFileIntake> logger) : IDisposable
{
    /// <summary>A file that was written later than this ago may belong to a running request, which adds its row itself.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _place = new(1);

    /// <summary>Whether a running request may still add the row. A time further in the future than <see cref="Settling"/> is none of a request.</summary>
    public static bool MayBeWritten(LocalFile file, DateTimeOffset writtenBefore, DateTimeOffset now) =>
        file.LastModified >= writtenBefore && file.LastModified <= now + Settling;

    /// <summary>Finds the local files of an id that is not in the catalog and was not deleted, and adopts the first that is an image.</summary>
    /// <returns>The image; <c>null</c> when there is no file, none is an image, or they may belong to a running request.</returns>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    /// <exception cref="AssetStoreUnavailableException">As for <see cref="AdoptAsync"/>.</exception>
    public async Task<CharacterReference?> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var found in files.FindAll(id).Where(found => !MayBeWritten(found.File, now - Settling, now)))
        {
            var adopted = await AdoptAsync(found, cancellationToken);
            if (adopted.Error is not { } error)
            {
                return adopted.Value;
            }

            LogRejected(logger, Path.GetFileName(found.File.FullPath), error.Detail);
        }

        return null;
    }

    /// <summary>Inspects a file and adds its row.</summary>
    /// <returns>The image, which may have been added meanwhile, or why the file cannot be adopted.</returns>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    /// <exception cref="AssetStoreUnavailableException">The store must have the image first and did not take it.</exception>
    public async Task<Result<CharacterReference>> AdoptAsync(PublishedFile found, CancellationToken cancellationToken)
    {
        await _place.WaitAsync(cancellationToken);
        try
        {
            return await catalog.FindAsync(found.Id, cancellationToken) is { } known ? known : await InspectAsync(found, cancellationToken);
        }
        finally
        {
            _place.Release();
        }
    }

    public void Dispose() => _place.Dispose();

    private async Task<Result<CharacterReference>> InspectAsync(PublishedFile found, CancellationToken cancellationToken)
    {
        var inspection = await inspector.InspectAsync(found.File.FullPath, InspectionLane.Others, cancellationToken);
        if (!inspection.TryGet(out var details, out var error))
        {
            return error;
        }

        var sha256 = await files.HashAsync(found.File, cancellationToken);
        var now = clock.GetUtcNow();
        try
        {
            files.Rename(found.File, found.Id, details.Format);
        }
        catch (LocalStorageException taken) when (taken.IsObstructed)
        {
            return new Error(ErrorKind.Conflict, taken.Message);
        }

        var admitted = await uploads.AdmitAsync(
            new CharacterReference
            {
                Id = found.Id,
                Origin = ReferenceOrigin.Adopted,
                Format = details.Format,
                Width = details.Width,
                Height = details.Height,
                Orientation = details.Orientation,
                SizeBytes = found.File.SizeBytes,
                Sha256 = sha256,
                CreatedAt = found.File.LastModified < now ? found.File.LastModified : now,
            },
            TimeSpan.Zero,
            cancellationToken);
        if (!admitted.TryGet(out var reference, out var rejection))
        {
            return rejection.Kind is ErrorKind.Conflict ? rejection : throw new AssetStoreUnavailableException(rejection.Detail, AssetStoreFault.Unreachable);
        }

        var added = await AddAsync(reference, cancellationToken);
        if (added.Error is not null)
        {
            return added;
        }

        LogAdopted(logger, found.Id, Path.GetFileName(found.File.FullPath), details.Format.Extension);
        return added;
    }

    private async Task<Result<CharacterReference>> AddAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (await ledger.FindByImageAsync(reference.Id, cancellationToken) is not { } generation)
        {
            // A lookup or an import may have added it meanwhile.
            return await catalog.TryAddAsync(reference, cancellationToken)
                ? reference
                : await catalog.FindAsync(reference.Id, cancellationToken) ?? reference;
        }

        var slot = generation.Slots.Single(candidate => candidate.ImageId == reference.Id);
        if (slot.IsOpen && reference.PersistedCopy is not null)
        {
            return new Error(ErrorKind.Conflict, "Its generation runs, on this node or another, and completes it.");
        }

        var generated = reference with { Origin = ReferenceOrigin.Generated, Provenance = generation.ProvenanceOf(slot) };
        if (slot.IsOpen)
        {
            return await ledger.CompleteAsync(generation, slot.Succeed(clock.GetUtcNow()), generated, cancellationToken) is null
                ? await AddAsync(reference, cancellationToken) // a node claimed the generation in between
                : generated;
        }
        else
        {
            await catalog.AddAsync(generated, cancellationToken);
        }

        return generated;
    }

    [LoggerMessage(10, LogLevel.Information, "Adopted {ImageId} from the local file {Name}: {Format}")]
    private static partial void LogAdopted(ILogger logger, CharacterReferenceId imageId, string name, string format);

    [LoggerMessage(14, LogLevel.Warning, "Local file {Name} was not adopted: {Cause}")]
    private static partial void LogRejected(ILogger logger, string name, string cause);
}
