using System.Diagnostics.CodeAnalysis;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// The queue of uploads to the object store, and of copies to be removed from it. A pending upload is part of its image's row: adding the row queues it,
/// deleting the row queues the removal.
/// </summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is the upload queue.")]
public interface IUploadQueue
{
    /// <summary>
    /// Records an image's copy in the object store, a persisted one or a new pending upload, unless another has claimed, verified or queued it since it was
    /// read: then it belongs to them. Failed attempts since do not matter.
    /// </summary>
    /// <param name="id">Of the image.</param>
    /// <param name="read">The copy as it was read before; <c>null</c> when the upload was never queued.</param>
    /// <param name="copy">The copy as it is now.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <returns>Whether the image has a row; the record of a deleted image is dropped.</returns>
    Task<bool> RecordAsync(CharacterReferenceId id, RemoteCopy? read, RemoteCopy copy, CancellationToken cancellationToken);

    /// <summary>
    /// Records a failed attempt, of an upload that was never queued too, unless the upload was persisted, claimed or recorded since: then it belongs to
    /// another attempt.
    /// </summary>
    /// <param name="id">Of the image.</param>
    /// <param name="attempted">The pending upload as it was read before the attempt.</param>
    /// <param name="failed">The same after the attempt.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    Task RecordFailedAsync(CharacterReferenceId id, RemoteCopy attempted, RemoteCopy failed, CancellationToken cancellationToken);

    /// <summary>
    /// Claims images whose upload is pending and due, the longest due first, without their provenance. Where nodes share the catalog, no other node gets them
    /// before the claims expire; the record of an attempt ends a claim. Where there is one node nothing is written.
    /// </summary>
    /// <param name="now">What is due.</param>
    /// <param name="until">When the claims expire, UTC.</param>
    /// <param name="limit">The most that are claimed.</param>
    Task<IReadOnlyList<CharacterReference>> ClaimDueAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Renews the claim of a pending upload.</summary>
    /// <param name="id">Of the image.</param>
    /// <param name="claimed">The pending upload as it was claimed or renewed last.</param>
    /// <param name="until">When the claim expires, UTC.</param>
    /// <param name="cancellationToken">Stops; the claim may be renewed.</param>
    /// <returns>Whether it was: a claim that expired meanwhile may belong to another.</returns>
    Task<bool> RenewClaimAsync(CharacterReferenceId id, RemoteCopy claimed, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Releases the claim of a pending upload, which is due now for any node. A claim that belongs to another stays.</summary>
    /// <param name="id">Of the image.</param>
    /// <param name="claimed">The pending upload as it was claimed or renewed last.</param>
    /// <param name="cancellationToken">Stops; the claim may be released.</param>
    Task ReleaseAsync(CharacterReferenceId id, RemoteCopy claimed, CancellationToken cancellationToken);

    /// <summary>Counts all pending uploads and lists those of the images that were stored first, without their provenance.</summary>
    Task<(long Count, IReadOnlyList<CharacterReference> Oldest)> ReadPendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Returns when the next pending upload is due; <c>null</c> when none is pending.</summary>
    Task<DateTimeOffset?> FindNextDueAsync(CancellationToken cancellationToken);

    /// <summary>Lists images whose persisted copy was last verified before a time, the longest ago first, without their provenance.</summary>
    Task<IReadOnlyList<CharacterReference>> ListVerifiedBeforeAsync(DateTimeOffset time, int limit, CancellationToken cancellationToken);

    /// <summary>Records that persisted copies were verified again. Those that changed since they were listed are left as they are.</summary>
    /// <param name="ids">Listed by <see cref="ListVerifiedBeforeAsync"/>.</param>
    /// <param name="before">The time for which they were listed.</param>
    /// <param name="verifiedAt">When the first of them was looked up, UTC.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    Task RecordVerifiedAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, DateTimeOffset before, DateTimeOffset verifiedAt, CancellationToken cancellationToken);

    /// <summary>Lists images whose upload was never queued, the oldest first, without their provenance.</summary>
    Task<IReadOnlyList<CharacterReference>> ListUnqueuedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Lists the copies of deleted images that are still to be removed from the object store, the oldest deletion first.</summary>
    Task<IReadOnlyList<PendingRemoval>> ListRemovalsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Records that the copy of a deleted image was removed; repeating it changes nothing.</summary>
    Task CompleteRemovalAsync(PendingRemoval removal, CancellationToken cancellationToken);

    /// <summary>
    /// Records which store is in use. When it changed, every persisted copy becomes a pending upload that is due now. Nothing changes while another node uses
    /// another store: its copies would not be found any more.
    /// </summary>
    /// <param name="name">The location of the store, without secrets.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <returns>What became of it.</returns>
    Task<StoreSelection> SelectStoreAsync(string name, CancellationToken cancellationToken);
}
