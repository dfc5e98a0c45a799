using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.DeliverReference;

/// <summary>
/// Decides whether an image is delivered from the store or from local disk, by the catalog and the store's reachability. A request is sent to the store only
/// for an image that is not in the catalog, and for one whose local file was evicted.
/// </summary>
public sealed partial class DeliverReferenceHandler(
    ReferenceLookup lookup,
    ReferenceLocator locator,
    LocalCopies copies,
    IStoreReachability reachability,
    StorageSettings settings,
    StorageMeter meter,
    ILogger<DeliverReferenceHandler> logger)
{
    /// <returns>
    /// The delivery; <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.StorageUnavailable"/> when only an unreachable store has, or may have, the image;
    /// <see cref="ErrorKind.ConfigurationError"/> without credentials for the store; <see cref="ErrorKind.InternalError"/> when the store has other bytes.
    /// </returns>
    public Task<Result<Delivery>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken) =>
        HandleAsync(id, mayRedirect: true, cancellationToken);

    /// <inheritdoc cref="HandleAsync(CharacterReferenceId, CancellationToken)"/>
    /// <param name="mayRedirect">Whether the store may deliver it; otherwise it comes from local disk, fetched from the store if it was evicted.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<Result<Delivery>> HandleAsync(CharacterReferenceId id, bool mayRedirect, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        var image = locator.LocateRemote(reference);
        var isFromStore = settings.ServeFromCloud && mayRedirect;
        if (isFromStore && image.Url is not null && reachability.IsReachable)
        {
            return new Delivery(image, FromStore: true, IsFallback: false);
        }

        var copy = await copies.FindAsync(reference, cancellationToken);
        if (copy.TryGet(out var file, out var missing))
        {
            if (isFromStore)
            {
                var isPersisted = reference.PersistedCopy is not null;
                meter.FellBack(isPersisted);
                LogFallback(logger, id, isPersisted ? "the store does not respond" : "its upload is pending");
            }

            return new Delivery(image with { File = file }, FromStore: false, IsFallback: isFromStore);
        }

        return missing;
    }

    [LoggerMessage(30, LogLevel.Information, "Served {ImageId} from its local file: {Reason}")]
    private static partial void LogFallback(ILogger logger, CharacterReferenceId imageId, string reason);
}
