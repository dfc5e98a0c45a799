using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References;

/// <summary>Says where the copies of a reference are, from what is known here; nothing is asked of the store.</summary>
public sealed partial class ReferenceLocator(IReferenceFiles files, IAssetUrlSigner signer, StorageSettings settings, ILogger<ReferenceLocator> logger)
{
    /// <summary>The reference with its local file and, when it is in the store, an address there.</summary>
    public LocatedReference Of(CharacterReference reference) =>
        Addressed(reference) with { File = files.Find(reference.Id, reference.Format) };

    /// <summary>The reference with its address in the store only: the disk is not asked for its file.</summary>
    public LocatedReference Addressed(CharacterReference reference) => new(
        reference,
        files.RelativePath(reference.Id, reference.Format),
        File: null,
        reference.PersistedCopy is { } copy ? Sign(reference.Id, copy) : null);

    private PresignedUrl? Sign(CharacterReferenceId id, RemoteCopy copy)
    {
        try
        {
            return signer.Sign(copy.Key, settings.PresignedUrlExpiry);
        }
        catch (AssetStoreUnavailableException error)
        {
            // Credentials that are gone take the address away, not the record or the local bytes.
            LogUnsigned(logger, id, error.Message);
            return null;
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "No address can be signed for image {ImageId}: {Error}")]
    private static partial void LogUnsigned(ILogger logger, CharacterReferenceId imageId, string error);
}
