using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>Persists the standalone copy of an image, or a job's copy of it. Repeating it is safe. The image is not associated with the job.</summary>
public sealed class PersistReferenceHandler(
    ReferenceLookup lookup, PersistedImages images, IStoreReachability reachability, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>
    /// The persisted copy; <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.Conflict"/> when other bytes exist at its key;
    /// <see cref="ErrorKind.StorageUnavailable"/>, at once when the store is known to be unreachable.
    /// </returns>
    public async Task<Result<PersistedReference>> HandleAsync(PersistReferenceCommand command, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(command.Id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        if (!reachability.IsReachable)
        {
            // An attempt could take S3_TOTAL_TIMEOUT. A pending upload stays queued until the store is reachable.
            return ReferenceErrors.Unreachable("The image cannot be persisted now.", reachability);
        }

        var stored = command.JobId is { } jobId
            ? await images.PersistForJobAsync(reference, jobId, cancellationToken)
            : await images.VerifyAndPersistAsync(reference, cancellationToken);
        return stored.Match<Result<PersistedReference>>(
            copy => new PersistedReference(command.Id, command.JobId, copy.Key, signer.Sign(copy.Key, settings.PresignedUrlExpiry), copy.Outcome),
            error => error);
    }
}
