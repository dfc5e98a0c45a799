using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>Finds the image of a slot that an earlier process published, or stored, without its row, so that it is not fetched again.</summary>
public sealed class PublishedImages(
    IReferenceFiles files, IImageInspector inspector, IAssetStore store, OrphanIntake orphans, StorageSettings settings, TimeProvider clock)
{
    /// <summary>The image whose file is on this node under the id of the slot; <c>null</c> when there is none.</summary>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<CharacterReference?> FindFileAsync(GenerationSlot slot, CancellationToken cancellationToken)
    {
        foreach (var format in ImageFormat.All)
        {
            if (files.Find(slot.ImageId, format) is { } file
                && (await inspector.InspectAsync(file.FullPath, InspectionLane.Generated, cancellationToken)).TryGet(out var details, out _)
                && details.Format == format)
            {
                return new CharacterReference
                {
                    Id = slot.ImageId,
                    Origin = ReferenceOrigin.Generated,
                    Format = format,
                    Width = details.Width,
                    Height = details.Height,
                    Orientation = details.Orientation,
                    SizeBytes = file.SizeBytes,
                    Sha256 = await files.HashAsync(file, cancellationToken),
                    CreatedAt = file.LastModified < clock.GetUtcNow() ? file.LastModified : clock.GetUtcNow(),
                };
            }
        }

        return null;
    }

    /// <summary>
    /// The image that another node stored under the id of the slot before it lost the slot, with its persisted copy; published on this node.
    /// </summary>
    /// <returns><c>null</c> when there is none, the store does not respond, or a row may not be without its file.</returns>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<CharacterReference?> FindObjectAsync(GenerationSlot slot, CancellationToken cancellationToken)
    {
        if (!settings.StoresFirst)
        {
            return null;
        }

        try
        {
            await foreach (var entry in store.ListAsync(AssetLayout.References, AssetLayout.ReferenceNameStart(slot.ImageId), cancellationToken))
            {
                if ((await orphans.ReceiveAsync(entry, cancellationToken)).TryGet(out var found, out _))
                {
                    using (found.Image)
                    {
                        files.Publish(found.Image.Staged, slot.ImageId, found.Reference.Format);
                        return found.Reference with { Origin = ReferenceOrigin.Generated };
                    }
                }
            }
        }
        catch (AssetStoreUnavailableException)
        {
            // Its bytes are fetched from the provider, which deletes them earlier.
        }

        return null;
    }
}
