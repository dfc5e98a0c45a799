using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>Says where the copies of a reference are, from what is known here; nothing is asked of the store.</summary>
public sealed class StoredReferences(IReferenceFiles files, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <summary>The reference with its local file and, when it is in the store, an address there.</summary>
    public StoredReference Of(CharacterReference reference) => new(
        reference,
        files.RelativePath(reference.Id, reference.Format),
        files.Find(reference.Id, reference.Format),
        reference.Stored is { State: StoredCopyState.Stored } copy ? signer.Sign(copy.Key, settings.PresignedUrlExpiry) : null);
}
