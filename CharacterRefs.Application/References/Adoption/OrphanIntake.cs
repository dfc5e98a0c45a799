using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Reads an orphan in the store through <see cref="ReferenceIntake"/> and validates its bytes against its metadata. The content decides the format. An
/// accepted object is a persisted copy at the key it has.
/// </summary>
public sealed class OrphanIntake(
    IAssetStore store, ReferenceIntake intake, IGenerationLedger ledger, StorageSettings settings, TimeProvider clock)
{
    /// <param name="entry">As it was listed, directly in <see cref="AssetLayout.References"/> or in the folder of a job's images.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <returns>
    /// The staged image, which the caller disposes, and the row to add for it, with the object as its persisted copy;
    /// <see cref="ErrorKind.ValidationError"/> with the reason when it is not valid; <see cref="ErrorKind.NotFound"/> when it was removed meanwhile.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Result<(AcceptedImage Image, CharacterReference Reference)>> ReceiveAsync(AssetEntry entry, CancellationToken cancellationToken)
    {
        if (!TryReadId(entry, out var id))
        {
            return Rejection("Its name must be an image id followed by .png, .jpg, .jpeg or .webp.");
        }

        if (entry.Length > settings.AdoptMaxBytes)
        {
            return Rejection($"It has {entry.Length} bytes; ADOPT_MAX_BYTES allows {settings.AdoptMaxBytes}.");
        }

        await using var asset = await store.OpenReadAsync(entry.Key, null, cancellationToken);
        if (asset is null)
        {
            return new Error(ErrorKind.NotFound, "The object was not found.");
        }

        var received = await intake.ReceiveAsync(asset.Content, settings.AdoptMaxBytes, InspectionLane.Others, cancellationToken);
        if (!received.TryGet(out var image, out var error))
        {
            return error;
        }

        if (asset.Metadata.Sha256 is { } recorded && recorded != image.Staged.Sha256)
        {
            image.Dispose();
            return Rejection("Its content does not match the SHA-256 in its metadata.");
        }

        return (image, Describe(image, id, asset.Metadata));
    }

    /// <summary>As <see cref="ReceiveAsync"/>, for an object that nobody else adds, with its provenance when a generation reserved the id.</summary>
    /// <returns>As <see cref="ReceiveAsync"/>; <see cref="ErrorKind.Conflict"/> while the generation runs, because it adds the row.</returns>
    /// <inheritdoc cref="ReceiveAsync"/>
    public async Task<Result<(AcceptedImage Image, CharacterReference Reference)>> ReceiveUnreservedAsync(
        AssetEntry entry, CancellationToken cancellationToken)
    {
        var generation = TryReadId(entry, out var id) ? await ledger.FindByImageAsync(id, cancellationToken) : null;
        if (generation?.Slots.Single(candidate => candidate.ImageId == id) is not { } slot)
        {
            return await ReceiveAsync(entry, cancellationToken);
        }

        if (slot.IsOpen)
        {
            return new Error(ErrorKind.Conflict, "Its generation runs, on this node or another, and completes it.");
        }

        var received = await ReceiveAsync(entry, cancellationToken);
        return received.TryGet(out var orphan, out _)
            ? (orphan.Image, orphan.Reference with { Origin = ReferenceOrigin.Generated, Provenance = generation.ProvenanceOf(slot) })
            : received;
    }

    private static bool TryReadId(AssetEntry entry, out CharacterReferenceId id) =>
        AssetLayout.TryReadStandalone(entry.Key, out id, out _) || AssetLayout.TryReadJobReference(entry.Key, out _, out id, out _);

    private static Error Rejection(string reason) => new(ErrorKind.ValidationError, reason);

    private CharacterReference Describe(AcceptedImage image, CharacterReferenceId id, AssetMetadata metadata)
    {
        var now = clock.GetUtcNow();
        var copy = new RemoteCopy { Key = metadata.Key, NextAttemptAt = now };
        var createdAt = metadata.LastModified < now ? metadata.LastModified : now;
        return image.ToReference(id, ReferenceOrigin.Adopted, createdAt) with { RemoteCopy = copy.Verified(now) };
    }
}
