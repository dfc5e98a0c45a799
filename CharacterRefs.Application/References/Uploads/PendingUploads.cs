using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// Orders the copy of new images and tries it at once. The order is part of the image's row, so it survives whatever happens next; with local storage
/// that nothing is served from, nothing is ordered unless a client asks for it.
/// </summary>
public sealed partial class PendingUploads(
    StorageSettings settings, UploadAttempt handler, IStoreReachability reachability, TimeProvider clock, ILogger<PendingUploads> logger)
{
    /// <summary>The background worker leaves a new order to the request that made it for this long.</summary>
    public static readonly TimeSpan FirstTry = TimeSpan.FromSeconds(30);

    /// <summary>The image with the order for its copy, when every image is to have one.</summary>
    public CharacterReference Place(CharacterReference reference) => settings.IsEveryImageStored ? Order(reference, clock.GetUtcNow() + FirstTry) : reference;

    /// <summary>The same when no request will try it: it is due at once.</summary>
    public CharacterReference PlaceDue(CharacterReference reference) => settings.IsEveryImageStored ? Order(reference, clock.GetUtcNow()) : reference;

    /// <summary>The image with an order that is due at a time.</summary>
    public static CharacterReference Order(CharacterReference reference, DateTimeOffset dueAt) =>
        reference with { RemoteCopy = new RemoteCopy { Key = AssetLayout.Reference(reference.Id, reference.Format), NextAttemptAt = dueAt } };

    /// <summary>Tries an order once before the client is answered, unless the store is known not to answer.</summary>
    public async Task<CharacterReference> TryAsync(CharacterReference reference)
    {
        if (reference.RemoteCopy is not { State: RemoteCopyState.Pending } order)
        {
            return reference;
        }

        try
        {
            return reference with { RemoteCopy = reachability.IsReachable ? await TryAsync(reference, order) : await LeaveAsync(reference, order) };
        }
        catch (Exception error)
        {
            // The image is kept and its order with it; a fault in carrying it out must not make the client believe otherwise.
            LogFailed(logger, reference.Id, error);
            return reference;
        }
    }

    private async Task<RemoteCopy> TryAsync(CharacterReference reference, RemoteCopy order)
    {
        using var limit = new CancellationTokenSource(settings.StoreWait, clock);
        try
        {
            return (await handler.HandleAsync(reference, limit.Token)).Copy;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // A slow store must not hold the answer; the order stands, says why, and the worker takes it up.
            var problem = reachability.Problem?.Message ?? "The store did not take the image in time.";
            return await RecordAsync(reference, order.Failed(problem, clock.GetUtcNow(), Random.Shared.NextDouble()));
        }
    }

    /// <summary>Nobody will try it before the store answers; then it is due.</summary>
    private Task<RemoteCopy> LeaveAsync(CharacterReference reference, RemoteCopy order) =>
        RecordAsync(reference, order with { LastError = reachability.Problem?.Message, NextAttemptAt = clock.GetUtcNow() });

    private async Task<RemoteCopy> RecordAsync(CharacterReference reference, RemoteCopy copy)
    {
        await handler.RecordAsync(reference, copy);
        return copy;
    }

    [LoggerMessage(22, LogLevel.Error, "Image {ImageId} could not be brought into the store with its request; the order stands")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, Exception exception);
}
