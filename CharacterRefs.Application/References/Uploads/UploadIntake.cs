using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// Queues the upload of new images and makes the first attempt within their request. A pending upload is part of the image's row and survives a crash.
/// With local storage and without cloud serving nothing is queued; an image is then uploaded only on request. Where nodes share the catalog, nothing is queued
/// either: an image is uploaded before it gets its row.
/// </summary>
public sealed partial class UploadIntake(
    StorageSettings settings,
    UploadAttempt attempt,
    IUploadQueue queue,
    IAssetStore store,
    IStoreReachability reachability,
    TimeProvider clock,
    ILogger<UploadIntake> logger)
{
    /// <summary>How long the worker leaves a new upload to the request that queued it.</summary>
    public static readonly TimeSpan RequestLead = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Queues the upload of a new image, first for <see cref="AttemptAsync(CharacterReference)"/> within its request; or uploads it within <c>STORE_WAIT</c>
    /// where the store comes first.
    /// </summary>
    /// <returns>As <see cref="AdmitAsync"/>.</returns>
    public async Task<Result<CharacterReference>> AdmitForRequestAsync(CharacterReference reference)
    {
        using var timeout = new CancellationTokenSource(settings.StoreWait, clock);
        try
        {
            return await AdmitAsync(reference, RequestLead, timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return ReferenceErrors.Unreachable("The object store did not take the image within STORE_WAIT.", reachability);
        }
    }

    /// <summary>Prepares the row of an image whose file is published: with a pending upload, or with its persisted copy where the store comes first.</summary>
    /// <param name="reference">The image; one with a persisted copy is returned as it is.</param>
    /// <param name="lead">How long the worker leaves a queued upload alone.</param>
    /// <param name="cancellationToken">Ends an upload.</param>
    /// <returns>
    /// The image to add to the catalog; without one, <see cref="ErrorKind.Conflict"/> when other bytes exist at its key,
    /// <see cref="ErrorKind.ConfigurationError"/> without credentials, otherwise <see cref="ErrorKind.StorageUnavailable"/>.
    /// </returns>
    public async Task<Result<CharacterReference>> AdmitAsync(CharacterReference reference, TimeSpan lead, CancellationToken cancellationToken)
    {
        if (!settings.IsEveryImageStored || reference.PersistedCopy is not null)
        {
            return reference;
        }

        var copy = Create(reference, clock.GetUtcNow() + lead);
        if (!settings.StoresFirst)
        {
            return reference with { RemoteCopy = copy };
        }

        if (!reachability.IsReachable)
        {
            return ReferenceErrors.Unreachable("The image cannot be stored now.", reachability);
        }

        var (_, error) = await attempt.SaveAsync(reference, copy.Key, cancellationToken);
        return error is not null ? error : reference with { RemoteCopy = copy.Verified(clock.GetUtcNow()) };
    }

    /// <summary>Removes what <see cref="AdmitAsync"/> may have stored of an image that gets no row. A failure leaves an object without a row.</summary>
    public async Task DiscardAsync(CharacterReference reference)
    {
        if (!settings.StoresFirst)
        {
            return;
        }

        var key = AssetLayout.Reference(reference.Id, reference.Format);
        using var timeout = new CancellationTokenSource(settings.StoreWait, clock);
        try
        {
            await store.DeleteAsync(key, timeout.Token);
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or OperationCanceledException)
        {
            LogNotDiscarded(logger, key, error.Message);
        }
    }

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
            LogFailed(logger, reference.Id, error.ToCause(), error.ToTrace());
            return reference;
        }
    }

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
            return await RecordFailedAsync(reference, copy, UploadRetry.Schedule(copy, cause, clock.GetUtcNow()));
        }
    }

    /// <summary>The worker attempts nothing before the store is reachable again; the upload is due then.</summary>
    private Task<RemoteCopy> DeferAsync(CharacterReference reference, RemoteCopy copy) =>
        RecordFailedAsync(reference, copy, copy with { LastError = reachability.Problem?.Message, NextAttemptAt = clock.GetUtcNow() });

    private async Task<RemoteCopy> RecordFailedAsync(CharacterReference reference, RemoteCopy pending, RemoteCopy failed)
    {
        await queue.RecordFailedAsync(reference.Id, pending, failed, CancellationToken.None);
        return failed;
    }

    [LoggerMessage(27, LogLevel.Warning, "Object {Key} may be in the store without an image, because its request failed: {Cause}")]
    private static partial void LogNotDiscarded(ILogger logger, AssetKey key, string cause);

    [LoggerMessage(22, LogLevel.Error, "First upload attempt of {ImageId} failed; the upload stays pending: {Cause}")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, string cause, Exception? trace);
}
