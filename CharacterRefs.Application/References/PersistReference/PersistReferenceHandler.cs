using CharacterRefs.Application.Ports;
using CharacterRefs.Application.References.AdoptStored;
using CharacterRefs.Application.References.StoreReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>Stores an image by itself, or copies it inside the store under a job's prefix. Doing it twice is fine.</summary>
public sealed class PersistReferenceHandler(
    ReferenceLookup lookup, IAssetStore store, IAssetUrlSigner signer, StoreReferenceHandler handler, StorageSettings settings, TimeProvider clock)
{
    /// <returns>
    /// Where it is; <see cref="ErrorKind.NotFound"/>, <see cref="ErrorKind.Conflict"/> when other bytes stand under the job's key, or
    /// <see cref="ErrorKind.StorageUnavailable"/>.
    /// </returns>
    public async Task<Result<PersistedReference>> HandleAsync(PersistReferenceCommand command, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(command.Id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        (var key, var outcome, error) = await StoreAsync(reference, cancellationToken);
        if (error is not null)
        {
            return error;
        }

        if (command.JobId is { } jobId)
        {
            (key, outcome, error) = await CopyAsync(reference, key, jobId, cancellationToken);
        }

        return error is null ? new PersistedReference(command.Id, command.JobId, key, signer.Sign(key, settings.PresignedUrlExpiry), outcome) : error;
    }

    private async Task<(AssetKey Key, SaveOutcome Outcome, Error? Error)> StoreAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (reference.Stored is { State: StoredCopyState.Stored } stored)
        {
            return (stored.Key, SaveOutcome.AlreadyStored, null);
        }

        var ordered = reference.Stored is null ? StoreOrders.Order(reference, clock.GetUtcNow()) : reference;
        var (copy, outcome) = await handler.HandleAsync(ordered, cancellationToken);
        return outcome is { } done
            ? (copy.Key, done, null)
            : (copy.Key, default, new Error(ErrorKind.StorageUnavailable, copy.LastError ?? "The image could not be stored."));
    }

    private async Task<(AssetKey Key, SaveOutcome Outcome, Error? Error)> CopyAsync(
        CharacterReference reference, AssetKey from, JobId jobId, CancellationToken cancellationToken)
    {
        var to = AssetLayout.JobReference(jobId, reference.Id, reference.Format);
        return await store.CopyAsync(from, to, cancellationToken) switch
        {
            SaveOutcome.Conflict => (to, default, new Error(ErrorKind.Conflict, $"Other bytes stand under {to} in the store.")),
            { } outcome => (to, outcome, null),
            null => (to, default, new Error(ErrorKind.StorageUnavailable, $"The store no longer has {from}, although it was stored there.")),
        };
    }
}
