using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>Stores an image by itself, or copies it inside the store under a job's prefix. Doing it twice is fine. No association is made.</summary>
public sealed class PersistReferenceHandler(
    ReferenceLookup lookup, PersistedImages images, IStoreReachability reachability, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>
    /// Where it is; <see cref="ErrorKind.NotFound"/>, <see cref="ErrorKind.Conflict"/> when other bytes stand under the job's key, or
    /// <see cref="ErrorKind.StorageUnavailable"/>, at once when the store is known not to answer.
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
            // A silent store would hold the client for S3_TOTAL_TIMEOUT. The image's order stands and is carried out when the store answers.
            return ReferenceErrors.NotAsked("The image cannot be brought into the store now.", reachability);
        }

        var stored = command.JobId is { } jobId
            ? await images.PersistForJobAsync(reference, jobId, cancellationToken)
            : await images.VerifyAndPersistAsync(reference, cancellationToken);
        return stored.Match<Result<PersistedReference>>(
            copy => new PersistedReference(command.Id, command.JobId, copy.Key, signer.Sign(copy.Key, settings.PresignedUrlExpiry), copy.Outcome),
            refusal => refusal);
    }
}
