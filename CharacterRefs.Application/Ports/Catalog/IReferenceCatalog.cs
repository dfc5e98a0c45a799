using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>The record of every image: one row per reference, written only when its bytes are in place.</summary>
public interface IReferenceCatalog
{
    /// <summary>Adds a row.</summary>
    Task AddAsync(CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>Adds a row unless the id has one or was deleted. Looking and adding are one step, also beside another process.</summary>
    /// <returns>Whether it was added.</returns>
    Task<bool> TryAddAsync(CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>The row; <c>null</c> when there is none.</summary>
    Task<CharacterReference?> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>One page, newest first. Rows added meanwhile do not shift later pages.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="after">Where the previous page ended; <c>null</c> for the first.</param>
    /// <param name="limit">Most items on the page.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<ReferencePage> ListAsync(ReferenceFilter filter, ReferenceCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the row, unless jobs use it, and leaves a tombstone in the same transaction, so that bytes left behind by a crash are not adopted again.
    /// A link that is made at the same time is seen here, or fails.
    /// </summary>
    Task<ReferenceDeletion> DeleteAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>What the catalog knows of these ids; those it has never seen are absent from the answer.</summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, CatalogState>> LookUpAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);

    /// <summary>Every row, oldest first, without holding them all in memory.</summary>
    IAsyncEnumerable<CharacterReference> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The rows of these ids, by one query and without the story of their generation: <see cref="CharacterReference.Provenance"/> is <c>null</c>. Those
    /// without a row are absent from the answer.
    /// </summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>> FindManyAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);
}
