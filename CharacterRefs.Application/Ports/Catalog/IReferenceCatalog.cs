namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>The catalog of images: one row per reference, added after its file was published.</summary>
public interface IReferenceCatalog
{
    /// <summary>Adds a row.</summary>
    Task AddAsync(CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>Adds a row unless the id has one or was deleted. The check and the insert are atomic, also across processes.</summary>
    /// <returns>Whether it was added.</returns>
    Task<bool> TryAddAsync(CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>Adds a row unless an image has the same bytes. The check and the insert are atomic, also across processes.</summary>
    /// <returns>The oldest image with the same bytes; <c>null</c> when there was none and the row was added.</returns>
    Task<CharacterReference?> AddUnlessKnownAsync(CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>Finds the oldest image with these bytes; <c>null</c> when there is none.</summary>
    Task<CharacterReference?> FindByContentAsync(ContentHash sha256, CancellationToken cancellationToken);

    /// <summary>Finds an image; <c>null</c> when it has no row.</summary>
    Task<CharacterReference?> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>Lists one page, newest first. Rows added meanwhile do not shift later pages.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="after">Where the previous page ended; <c>null</c> for the first.</param>
    /// <param name="limit">Most items on the page.</param>
    Task<ReferencePage<CharacterReference>> ListAsync(ReferenceFilter filter, ReferenceCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the row, unless jobs use it, and adds a tombstone in the same transaction, so that files left by a crash are not adopted again. A concurrent
    /// association either prevents the deletion or fails.
    /// </summary>
    Task<ReferenceDeletion> DeleteAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>Changes the annotation of an image. Concurrent changes of different members are all kept.</summary>
    /// <returns>The new annotation; <c>null</c> when the image has no row.</returns>
    Task<ReferenceAnnotation?> AnnotateAsync(CharacterReferenceId id, AnnotationChange change, CancellationToken cancellationToken);

    /// <summary>Returns the states of these ids; ids that were never in the catalog are left out.</summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, CatalogState>> LookUpAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);

    /// <summary>Returns the formats of these images; ids without a row are left out.</summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, ImageFormat>> FindFormatsAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);

    /// <summary>The images that were added last, newest first, with the times of their records.</summary>
    Task<IReadOnlyList<(CharacterReferenceId Id, DateTimeOffset CreatedAt)>> ListNewestAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Counts the rows.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Streams every row, oldest first.</summary>
    IAsyncEnumerable<CharacterReference> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Finds many images by one query, without their provenance: <see cref="CharacterReference.Provenance"/> is <c>null</c>. Ids without a row are left
    /// out.
    /// </summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>> FindManyAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);
}
