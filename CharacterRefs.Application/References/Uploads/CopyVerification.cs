using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Verifies persisted copies again: the bucket may have been emptied since.</summary>
public sealed class CopyVerification(IAssetStore store, IUploadQueue queue, TimeProvider clock)
{
    /// <summary>Checks that the object store still has a persisted copy; otherwise queues the upload again, unless it was uploaded since it was read.</summary>
    /// <returns>Whether the copy exists with its length and hash.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<bool> VerifyAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        // An object without a hash was read and hashed when it was verified first.
        if (AssetIdentity.Matches(await store.FindAsync(copy.Key, cancellationToken), reference.SizeBytes, reference.Sha256, isHashRequired: false)
            && !await store.IsDamagedAsync(copy.Key, cancellationToken))
        {
            return true;
        }

        await queue.RecordAsync(reference.Id, copy, UploadIntake.Create(reference, clock.GetUtcNow()), cancellationToken);
        return false;
    }
}
