using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.DeliverReference;

/// <summary>
/// Decides where an image is handed out from. The catalog says where it is and the reachability what can be had; the store is asked only for an image
/// that the catalog does not know, and for a local copy that is gone.
/// </summary>
public sealed partial class DeliverReferenceHandler(
    ReferenceLookup lookup,
    ReferenceLocator stored,
    LocalCopies copies,
    IStoreReachability reachability,
    StorageSettings settings,
    StorageMeter meter,
    ILogger<DeliverReferenceHandler> logger)
{
    /// <returns>
    /// How; <see cref="ErrorKind.NotFound"/> when the image is nowhere, <see cref="ErrorKind.StorageUnavailable"/> when it is only in a store that does
    /// not answer, or may be; <see cref="ErrorKind.ConfigurationError"/> when there are no credentials to ask it with; <see cref="ErrorKind.InternalError"/>
    /// when the store has other bytes.
    /// </returns>
    public async Task<Result<Delivery>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        var image = stored.Addressed(reference);
        if (settings.IsCloudServingEnabled && image.Url is not null && reachability.IsReachable)
        {
            return new Delivery(image, FromStore: true, IsFallback: false);
        }

        var copy = await copies.FindAsync(reference, cancellationToken);
        if (copy.TryGet(out var file, out var missing))
        {
            if (settings.IsCloudServingEnabled)
            {
                var isStored = reference.PersistedCopy is not null;
                meter.FellBack(isStored);
                LogFallback(logger, id, isStored ? "the store does not answer" : "it is not in the store yet");
            }

            return new Delivery(image with { File = file }, FromStore: false, IsFallback: settings.IsCloudServingEnabled);
        }

        return missing;
    }

    [LoggerMessage(30, LogLevel.Information, "Image {ImageId} is served from its local file: {Reason}")]
    private static partial void LogFallback(ILogger logger, CharacterReferenceId imageId, string reason);
}
