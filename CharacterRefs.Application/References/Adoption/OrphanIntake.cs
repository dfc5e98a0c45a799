using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Reads an object of the store that has no row through the one gate for image bytes, and holds what its name and its metadata say against them. What
/// it accepts is therefore a verified copy, under whatever key it lies.
/// </summary>
public sealed class OrphanIntake(IAssetStore store, ReferenceIntake intake, StorageSettings settings, TimeProvider clock)
{
    /// <summary>Reads one object.</summary>
    /// <param name="entry">As it was listed, right in <see cref="AssetLayout.References"/>.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <returns>
    /// The image; <see cref="ErrorKind.ValidationError"/> whose detail says why it is not acceptable, <see cref="ErrorKind.NotFound"/> when it vanished.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not give it.</exception>
    /// <exception cref="LocalStorageException">The local disk did not take it.</exception>
    public async Task<Result<AdoptedImage>> ReceiveAsync(AssetEntry entry, CancellationToken cancellationToken)
    {
        if (!AssetLayout.TryReadStandalone(entry.Key, out var id, out var format))
        {
            return Refusal("Its name is not the id of an image followed by .png, .jpg, .jpeg or .webp.");
        }

        if (entry.Length > settings.AdoptMaxBytes)
        {
            return Refusal($"It has {entry.Length} bytes and ADOPT_MAX_BYTES allows {settings.AdoptMaxBytes}.");
        }

        await using var asset = await store.OpenReadAsync(entry.Key, null, cancellationToken);
        if (asset is null)
        {
            return new Error(ErrorKind.NotFound, "It is no longer there.");
        }

        var received = await intake.ReceiveAsync(asset.Content, settings.AdoptMaxBytes, cancellationToken);
        if (!received.TryGet(out var image, out var error))
        {
            return error;
        }

        if (FindLie(image, format, asset.Metadata.Sha256) is { } lie)
        {
            image.Dispose();
            return Refusal(lie);
        }

        return new AdoptedImage(image, Describe(image, id, asset.Metadata));
    }

    private static Error Refusal(string reason) => new(ErrorKind.ValidationError, reason);

    private static string? FindLie(AcceptedImage image, ImageFormat format, ContentHash? sha256) =>
        image.Details.Format != format ? $"Its name says {format} and its bytes are {image.Details.Format}."
        : sha256 is { } told && told != image.Staged.Sha256 ? "Its bytes have not the SHA-256 that was stored with it."
        : null;

    private CharacterReference Describe(AcceptedImage image, CharacterReferenceId id, AssetMetadata metadata)
    {
        var now = clock.GetUtcNow();
        var copy = new RemoteCopy { Key = metadata.Key, NextAttemptAt = now };
        return image.ToReference(id, ReferenceOrigin.Adopted, metadata.LastModified < now ? metadata.LastModified : now) with { RemoteCopy = copy.Verified(now) };
    }
}
