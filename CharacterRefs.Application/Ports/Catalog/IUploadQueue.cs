using System.Diagnostics.CodeAnalysis;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// The queue of uploads to the object store, and of copies to be removed from it. A pending upload is part of its image's row: adding the row queues it,
/// deleting the row queues the removal.
/// </summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is the upload queue.")]
public interface IUploadQueue
{
    /// <summary>Records the state of an image's copy in the object store.</summary>
    /// <returns>Whether the image has a row; the record of a deleted image is dropped.</returns>
    Task<bool> RecordAsync(CharacterReferenceId id, RemoteCopy copy, CancellationToken cancellationToken);

    /// <summary>Lists images whose upload is pending and due, the longest due first, without their provenance.</summary>
    Task<IReadOnlyList<CharacterReference>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Lists images whose upload was never queued, the oldest first, without their provenance.</summary>
    Task<IReadOnlyList<CharacterReference>> ListUnqueuedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Lists the copies of deleted images that are still to be removed from the object store, the oldest deletion first.</summary>
    Task<IReadOnlyList<PendingRemoval>> ListRemovalsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Records that the copy of a deleted image was removed.</summary>
    Task CompleteRemovalAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>Records which store is in use. When it changed, every persisted copy becomes a pending upload that is due now.</summary>
    /// <param name="name">The location of the store, without secrets.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <returns>The number of uploads that were queued again.</returns>
    Task<int> SelectStoreAsync(string name, CancellationToken cancellationToken);
}
