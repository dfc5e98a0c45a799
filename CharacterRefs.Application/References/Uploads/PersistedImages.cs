using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Persists images on request, as standalone copies and as copies of a job. Repeating a call is safe and cheap.</summary>
public sealed class PersistedImages(IAssetStore store, UploadAttempt attempt, TimeProvider clock)
{
    /// <summary>Persists the standalone copy unless the catalog says that it is persisted.</summary>
    /// <returns>
    /// Its key; <see cref="ErrorKind.Conflict"/> when other bytes exist at the key, <see cref="ErrorKind.ConfigurationError"/> without credentials, otherwise
    /// <see cref="ErrorKind.StorageUnavailable"/>.
    /// </returns>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> PersistAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (reference.PersistedCopy is { } persisted)
        {
            return (persisted.Key, SaveOutcome.AlreadyStored);
        }

        return await UploadAsync(reference, cancellationToken);
    }

    /// <summary>As <see cref="PersistAsync"/>, but uploads a persisted copy again when the store no longer has it, or has damaged it.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> VerifyAndPersistAsync(CharacterReference reference, CancellationToken cancellationToken) =>
        reference.PersistedCopy is { } persisted
        && (await store.FindAsync(persisted.Key, cancellationToken) is null || await store.IsDamagedAsync(persisted.Key, cancellationToken))
            ? await UploadAsync(reference, cancellationToken)
            : await PersistAsync(reference, cancellationToken);

    /// <summary>Persists the standalone copy and copies it inside the store to the job's key.</summary>
    /// <returns>The job's key, or an error as for <see cref="PersistAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> PersistForJobAsync(
        CharacterReference reference, JobId jobId, CancellationToken cancellationToken)
    {
        var persisted = await PersistAsync(reference, cancellationToken);
        return persisted.TryGet(out var standalone, out var error)
            ? await CopyToJobAsync(reference, standalone.Key, jobId, isFree: false, cancellationToken)
            : error;
    }

    /// <summary>Lists the keys of the job's images.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<IReadOnlySet<AssetKey>> ListJobKeysAsync(JobId jobId, CancellationToken cancellationToken) =>
        await store.ListAsync(AssetLayout.JobReferencesOf(jobId), cancellationToken)
            .Select(entry => entry.Key)
            .ToHashSetAsync(cancellationToken: cancellationToken);

    /// <summary>Copies the standalone copy of an image inside the store to the job's key.</summary>
    /// <param name="standaloneKey">Key of its standalone copy.</param>
    /// <param name="isFree">Whether <see cref="ListJobKeysAsync"/> showed that nothing exists at the job's key.</param>
    public async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> CopyToJobAsync(
        CharacterReference reference, AssetKey standaloneKey, JobId jobId, bool isFree, CancellationToken cancellationToken)
    {
        var to = AssetLayout.JobReference(jobId, reference.Id, reference.Format);
        if (await store.IsDamagedAsync(standaloneKey, cancellationToken)
            && !(await UploadAsync(reference, cancellationToken)).TryGet(out _, out var fault))
        {
            return fault;
        }

        if (isFree && await store.TryCopyAsync(standaloneKey, reference.SizeBytes, to, cancellationToken))
        {
            return (to, SaveOutcome.Stored);
        }

        var copied = await store.CopyAsync(standaloneKey, to, cancellationToken);
        if (copied is null)
        {
            // The object store lost a persisted copy.
            if (!(await UploadAsync(reference, cancellationToken)).TryGet(out _, out var error))
            {
                return error;
            }

            copied = await store.CopyAsync(standaloneKey, to, cancellationToken);
        }

        return copied switch
        {
            SaveOutcome.Conflict => ReferenceErrors.OtherBytes(to),
            { } outcome => (to, outcome),
            null => new Error(ErrorKind.StorageUnavailable, $"The object store lost {standaloneKey} after it was persisted."),
        };
    }

    /// <summary>Uploads an image whatever its copy was when it was read.</summary>
    private async Task<Result<(AssetKey Key, SaveOutcome Outcome)>> UploadAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        var read = reference.RemoteCopy;
        var pending = read is { State: RemoteCopyState.Pending } ? read : UploadIntake.Create(reference, clock.GetUtcNow());
        var (copy, outcome, error) = await attempt.RunAsync(reference with { RemoteCopy = pending }, read, cancellationToken);
        return error is not null ? error : (copy.Key, outcome!.Value);
    }
}
