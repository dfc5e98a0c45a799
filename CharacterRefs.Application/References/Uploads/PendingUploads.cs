using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// Queues the upload of new images and makes the first attempt within their request. A pending upload is part of the image's row and survives a crash.
/// With local storage and without cloud serving nothing is queued; an image is then uploaded only on request.
/// </summary>
public sealed partial class PendingUploads(
    StorageSettings settings, UploadAttempt attempt, IUploadQueue queue, IStoreReachability reachability, TimeProvider clock, ILogger<PendingUploads> logger)
{
    /// <summary>How long the worker leaves a new upload to the request that queued it.</summary>
    public static readonly TimeSpan RequestLead = TimeSpan.FromSeconds(30);

    /// <summary>Queues the upload of a new image, first for <see cref="AttemptAsync(CharacterReference)"/> within its request.</summary>
    /// <returns>The image to add to the catalog.</returns>
    public CharacterReference Enqueue(CharacterReference reference) => Enqueue(reference, RequestLead);

    /// <summary>Queues the upload of an image without a request; it is due at once.</summary>
    /// <returns>The image to add to the catalog.</returns>
    public CharacterReference EnqueueDue(CharacterReference reference) => Enqueue(reference, TimeSpan.Zero);

    /// <summary>A pending upload that was not attempted yet.</summary>
    public static RemoteCopy Create(CharacterReference reference, DateTimeOffset dueAt) =>
        new() { Key = AssetLayout.Reference(reference.Id, reference.Format), NextAttemptAt = dueAt };

    /// <summary>Attempts a pending upload once, for at most <c>STORE_WAIT</c>; it is only deferred while the store is known to be unreachable.</summary>
    /// <returns>The image with the state of its copy. A failed attempt leaves the upload pending and fails nothing else.</returns>
    public async Task<CharacterReference> AttemptAsync(CharacterReference reference)
    {
        if (reference.RemoteCopy is not { State: RemoteCopyState.Pending } copy)
        {
            return reference;
        }

        try
        {
            return reference with { RemoteCopy = reachability.IsReachable ? await AttemptAsync(reference, copy) : await DeferAsync(reference, copy) };
        }
        catch (Exception error)
        {
            // The image and its pending upload are saved; the client must not conclude otherwise.
            LogFailed(logger, reference.Id, error);
            return reference;
        }
    }

    private CharacterReference Enqueue(CharacterReference reference, TimeSpan delay) =>
        settings.IsEveryImageStored ? reference with { RemoteCopy = Create(reference, clock.GetUtcNow() + delay) } : reference;

    private async Task<RemoteCopy> AttemptAsync(CharacterReference reference, RemoteCopy copy)
    {
        using var timeout = new CancellationTokenSource(settings.StoreWait, clock);
        try
        {
            return (await attempt.RunAsync(reference, timeout.Token)).Copy;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            var cause = reachability.Problem?.Message ?? "The object store did not take the image in time.";
            return await RecordAsync(reference, UploadRetry.Schedule(copy, cause, clock.GetUtcNow()));
        }
    }

    /// <summary>The worker attempts nothing before the store is reachable again; the upload is due then.</summary>
    private Task<RemoteCopy> DeferAsync(CharacterReference reference, RemoteCopy copy) =>
        RecordAsync(reference, copy with { LastError = reachability.Problem?.Message, NextAttemptAt = clock.GetUtcNow() });

    private async Task<RemoteCopy> RecordAsync(CharacterReference reference, RemoteCopy copy)
    {
        await queue.RecordAsync(reference.Id, copy, CancellationToken.None);
        return copy;
    }

    [LoggerMessage(22, LogLevel.Error, "First upload attempt of {ImageId} failed with an internal error; the upload stays pending")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, Exception exception);
}
