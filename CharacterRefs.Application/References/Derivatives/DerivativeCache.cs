using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.Derivatives;

/// <summary>Finds derivatives on local disk and renders those that are missing or damaged, each once for all callers.</summary>
public sealed class DerivativeCache(
    IDerivativeFiles files,
    IDerivativeRenderer renderer,
    LocalCopies copies,
    IReferenceFiles images,
    IReferenceCatalog references,
    IDerivativeCatalog catalog)
{
    private readonly SingleFlight<(CharacterReferenceId, Derivative), Result<LocalFile>> _renderings = new();

    /// <summary>Finds a derivative, or renders it. An image that was evicted is fetched from the store first.</summary>
    /// <returns>The file, or an error as for <see cref="LocalCopies.FindAsync"/> and <see cref="IDerivativeRenderer.RenderAsync"/>.</returns>
    /// <exception cref="Ports.Assets.AssetStoreUnavailableException">The store failed while the image was fetched.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Result<LocalFile>> GetAsync(CharacterReference reference, Derivative derivative, CancellationToken cancellationToken) =>
        await files.FindAsync(reference.Id, derivative, cancellationToken) is { } file
            ? file
            : await _renderings.RunAsync((reference.Id, derivative), token => RenderAsync(reference, derivative, token), cancellationToken);

    /// <summary>
    /// Renders the thumb of an image if the catalog does not have its color or orientation, and records them. An evicted image is not fetched for its
    /// orientation alone: it is recorded when a derivative is rendered next.
    /// </summary>
    /// <returns>An error as for <see cref="GetAsync"/>; <c>null</c> without one.</returns>
    /// <exception cref="Ports.Assets.AssetStoreUnavailableException">The store failed while the image was fetched.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Error?> CompleteAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (await references.FindAsync(id, cancellationToken) is not { } reference
            || IsComplete(reference)
            || (reference.DominantColor is not null && images.Find(id, reference.Format) is null))
        {
            return null;
        }

        return (await _renderings.RunAsync((id, Derivative.Thumb), token => RenderAsync(reference, Derivative.Thumb, token), cancellationToken)).Error;
    }

    /// <summary>Deletes staged files of processes that have ended.</summary>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public void RemoveAbandonedStaging() => files.RemoveAbandonedStaging();

    private static bool IsComplete(CharacterReference reference) => reference is { DominantColor: not null, Orientation: not null };

    private async Task<Result<LocalFile>> RenderAsync(CharacterReference reference, Derivative derivative, CancellationToken cancellationToken)
    {
        if (!(await copies.FindAsync(reference, cancellationToken)).TryGet(out var source, out var error)
            || !(await renderer.RenderAsync(source, reference, derivative, cancellationToken)).TryGet(out var rendered, out error))
        {
            return error;
        }

        var file = await files.WriteAsync(reference.Id, derivative, rendered.WebP, cancellationToken);
        if (await references.FindAsync(reference.Id, cancellationToken) is null)
        {
            // Deleted meanwhile: its derivatives were removed before this one was written.
            files.Delete(reference.Id);
            return ReferenceErrors.NotFound(reference.Id);
        }

        if (!IsComplete(reference))
        {
            await catalog.RecordAsync(reference.Id, rendered, cancellationToken);
        }

        return file;
    }
}
