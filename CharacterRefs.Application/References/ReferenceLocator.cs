using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References;

/// <summary>Locates the copies of a reference from the catalog and the local disk; sends no request to the store.</summary>
public sealed partial class ReferenceLocator(
    IReferenceFiles files, FileIntegrity integrity, IAssetUrlSigner signer, StorageSettings settings, ILogger<ReferenceLocator> logger)
{
    /// <summary>Locates the local file and, when a copy is persisted, signs a URL for it.</summary>
    public LocatedReference Locate(CharacterReference reference)
    {
        var file = files.Find(reference.Id, reference.Format);
        return LocateRemote(reference) with { File = file, IsDamaged = file is not null && integrity.IsDamaged(reference, file) };
    }

    /// <summary>Signs a URL for the persisted copy without looking for the local file.</summary>
    public LocatedReference LocateRemote(CharacterReference reference) => new(
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
            // Without credentials there is no URL; the record and the local file are still available.
            LogNotSigned(logger, id, error.Message);
            return null;
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "Signing a URL for {ImageId} failed: {Cause}")]
    private static partial void LogNotSigned(ILogger logger, CharacterReferenceId imageId, string cause);
}
