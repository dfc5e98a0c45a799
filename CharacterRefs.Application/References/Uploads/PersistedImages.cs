using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Makes sure that images are in the store, by themselves and under jobs. Doing it again is fine and costs little.</summary>
public sealed class PersistedImages(IAssetStore store, UploadAttempt handler, TimeProvider clock)
{
    /// <summary>Stores the image by itself unless it is known to be there.</summary>
    /// <returns>
    /// Where it is, <see cref="ErrorKind.Conflict"/> when other bytes stand there, <see cref="ErrorKind.ConfigurationError"/> without credentials, or
    /// <see cref="ErrorKind.StorageUnavailable"/>.
    /// </returns>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> StoreAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (reference.PersistedCopy is { } stored)
        {
            return (stored.Key, SaveOutcome.AlreadyStored);
        }

        return await PutAsync(reference.RemoteCopy is null ? Ordered(reference) : reference, cancellationToken);
    }

    /// <summary>
    /// The same, without taking the catalog's word: somebody may have removed from the store what was verified there, and then it is stored again.
    /// </summary>
    /// <returns>As that of <see cref="StoreAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> MakeSureAsync(CharacterReference reference, CancellationToken cancellationToken) =>
        reference.PersistedCopy is { } stored && await store.FindAsync(stored.Key, cancellationToken) is null
            ? await PutAsync(Ordered(reference), cancellationToken)
            : await StoreAsync(reference, cancellationToken);

    /// <summary>Stores the image by itself and copies it, inside the store, to the key that the job has for it.</summary>
    /// <returns>
    /// Where the copy is, <see cref="ErrorKind.Conflict"/> when other bytes stand there, or <see cref="ErrorKind.StorageUnavailable"/>.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> StoreForJobAsync(
        CharacterReference reference, JobId jobId, CancellationToken cancellationToken)
    {
        var stored = await StoreAsync(reference, cancellationToken);
        return stored.TryGet(out var own, out var error) ? await CopyToJobAsync(reference, own.Key, jobId, isFree: false, cancellationToken) : error;
    }

    /// <summary>The keys under which the job has images, in one listing.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<IReadOnlySet<AssetKey>> ListOfJobAsync(JobId jobId, CancellationToken cancellationToken) =>
        await store.ListAsync(AssetLayout.JobReferencesOf(jobId), cancellationToken).Select(entry => entry.Key).ToHashSetAsync(cancellationToken: cancellationToken);

    /// <summary>The second half of <see cref="StoreForJobAsync"/>.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="own">Where the image is by itself.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="isFree">Whether a listing showed that the job has nothing under the image's key.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> CopyToJobAsync(
        CharacterReference reference, AssetKey own, JobId jobId, bool isFree, CancellationToken cancellationToken)
    {
        var to = AssetLayout.JobReference(jobId, reference.Id, reference.Format);
        if (isFree && await store.TryCopyAsync(own, reference.SizeBytes, to, cancellationToken))
        {
            return (to, SaveOutcome.Stored);
        }

        var copied = await store.CopyAsync(own, to, cancellationToken);
        if (copied is null)
        {
            // Removed from the store behind the catalog's back.
            if (!(await PutAsync(Ordered(reference), cancellationToken)).TryGet(out _, out var error))
            {
                return error;
            }

            copied = await store.CopyAsync(own, to, cancellationToken);
        }

        return copied switch
        {
            SaveOutcome.Conflict => new Error(ErrorKind.Conflict, $"Other bytes stand under {to} in the store."),
            { } outcome => (to, outcome),
            null => new Error(ErrorKind.StorageUnavailable, $"The store no longer has {own}, although it was stored there."),
        };
    }

    private CharacterReference Ordered(CharacterReference reference) => PendingUploads.Order(reference, clock.GetUtcNow());

    private async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> PutAsync(CharacterReference ordered, CancellationToken cancellationToken)
    {
        var (copy, outcome, error) = await handler.HandleAsync(ordered, cancellationToken);
        return error is not null ? error : (copy.Key, outcome!.Value);
    }
}
