using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// One attempt to upload an image: saves it, verifies the copy by length and hash, and records it as persisted. A failed attempt is recorded with its cause
/// and the time of the next one; the local file stays until the copy is persisted. Where nodes share the catalog, the file may be on another of them: then the
/// attempt does not count.
/// </summary>
public sealed partial class UploadAttempt(
    IReferenceFiles files,
    IAssetStore store,
    IUploadQueue queue,
    StorageSettings settings,
    StorageMeter meter,
    TimeProvider clock,
    ILogger<UploadAttempt> logger)
{
    // Long enough that nodes without the file do not contend for it, short enough that the one that has it comes soon.
    private static readonly TimeSpan s_pauseElsewhere = TimeSpan.FromSeconds(10);

    /// <param name="reference">An image whose upload is pending in the catalog.</param>
    /// <param name="cancellationToken">Aborts the attempt; the upload stays pending and due.</param>
    public Task<UploadResult> RunAsync(CharacterReference reference, CancellationToken cancellationToken) =>
        RunAsync(reference, reference.RemoteCopy, cancellationToken);

    /// <param name="reference">An image with a pending upload, which the catalog need not have yet.</param>
    /// <param name="read">The copy as it was read from the catalog; <c>null</c> without one.</param>
    /// <param name="cancellationToken">Aborts the attempt and changes nothing.</param>
    public async Task<UploadResult> RunAsync(CharacterReference reference, RemoteCopy? read, CancellationToken cancellationToken)
    {
        var (outcome, error) = await SaveAsync(reference, PendingOf(reference).Key, cancellationToken);
        return await RecordAsync(reference, read, outcome, error, cancellationToken);
    }

    /// <summary>Records what became of <see cref="SaveAsync"/>, unless the upload belongs to another since.</summary>
    /// <param name="read">As for <see cref="RunAsync(CharacterReference, RemoteCopy?, CancellationToken)"/>.</param>
    internal async Task<UploadResult> RecordAsync(
        CharacterReference reference, RemoteCopy? read, SaveOutcome? outcome, Error? error, CancellationToken cancellationToken)
    {
        var pending = PendingOf(reference);
        var isElsewhere = error is not null && settings.StoresFirst && files.Find(reference.Id, reference.Format) is null;
        var copy = error is null ? pending.Verified(clock.GetUtcNow())
            : isElsewhere ? pending with { LastError = error.Detail, NextAttemptAt = clock.GetUtcNow() + s_pauseElsewhere }
            : UploadRetry.Schedule(pending, error.Detail, clock.GetUtcNow());
        if (error is not null)
        {
            await queue.RecordFailedAsync(reference.Id, pending, copy, CancellationToken.None);
        }
        else if (!await queue.RecordAsync(reference.Id, read, copy, CancellationToken.None))
        {
            // Deleted during the upload: the copy must not outlive the image.
            await store.DeleteAsync(copy.Key, cancellationToken);
        }

        if (error is null)
        {
            LogPersisted(logger, reference.Id, copy.Attempts);
        }
        else if (isElsewhere)
        {
            LogElsewhere(logger, reference.Id, error.Detail);
        }
        else
        {
            LogFailed(logger, reference.Id, copy.Attempts, error.Detail);
        }

        return new UploadResult(copy, outcome, error);
    }

    /// <summary>Saves a published image under a key and verifies the copy; records nothing.</summary>
    /// <returns>What the store did, or why the copy is not verified.</returns>
    internal async Task<(SaveOutcome? Outcome, Error? Error)> SaveAsync(CharacterReference reference, AssetKey key, CancellationToken cancellationToken)
    {
        using var span = ServiceTelemetry.StartSpan("upload image");
        span?.SetTag("characterrefs.image.id", reference.Id.ToString());
        var (outcome, error) = await TryUploadAsync(reference, key, cancellationToken);
        meter.UploadAttempted(outcome);
        span.End(StorageMeter.OutcomeOf(outcome), error?.Kind.ToString());
        return (outcome, error);
    }

    private async Task<(SaveOutcome? Outcome, Error? Error)> TryUploadAsync(CharacterReference reference, AssetKey key, CancellationToken cancellationToken)
    {
        try
        {
            return files.Find(reference.Id, reference.Format) is { } file
                ? await UploadAsync(reference, key, file, cancellationToken)
                : await FindUploadedAsync(reference, key, cancellationToken);
        }
        catch (AssetStoreUnavailableException error)
        {
            return (null, error.ToError());
        }
        catch (InvalidDataException)
        {
            return (null, Failure("The local file does not match its recorded length and hash."));
        }
        catch (LocalStorageException error)
        {
            return (null, Failure(error.Message));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Recorded like the others: an upload that stays due would come first in every round and stop the rest.
            LogFault(logger, reference.Id, error);
            return (null, Failure("The upload failed with an internal error; the log has the cause."));
        }
    }

    private async Task<(SaveOutcome? Outcome, Error? Error)> UploadAsync(
        CharacterReference reference, AssetKey key, LocalFile file, CancellationToken cancellationToken)
    {
        var content = new AssetContent(reference.SizeBytes, reference.Format.MediaType, reference.Sha256, _ => ValueTask.FromResult(files.OpenRead(file)));
        var outcome = await store.SaveAsync(key, content, cancellationToken);
        if (outcome is SaveOutcome.Conflict)
        {
            return (null, new Error(ErrorKind.Conflict, "Other bytes exist at this key in the object store."));
        }

        // An object of another program may have no hash; the save read and compared it before it returned AlreadyStored.
        var copy = await store.FindAsync(key, cancellationToken);
        return AssetIdentity.Matches(copy, reference.SizeBytes, reference.Sha256, isHashRequired: outcome is SaveOutcome.Stored)
            ? (outcome, null)
            : (null, Failure("The object store accepted the image, but its copy does not match in length and hash."));
    }

    /// <summary>Without a local file: it may have been evicted before the store was changed for one that has the image too.</summary>
    private async Task<(SaveOutcome? Outcome, Error? Error)> FindUploadedAsync(
        CharacterReference reference, AssetKey key, CancellationToken cancellationToken) =>
        await store.FindAsync(key, cancellationToken) is { } copy
        && await AssetIdentity.CompareAsync(store, copy, reference.SizeBytes, reference.Sha256, cancellationToken) is SaveOutcome.AlreadyStored
            ? (SaveOutcome.AlreadyStored, null)
            : (null, Failure("The local file was not found."));

    private static RemoteCopy PendingOf(CharacterReference reference) =>
        reference.RemoteCopy ?? throw new ArgumentException("The image has no pending upload.", nameof(reference));

    private static Error Failure(string detail) => new(ErrorKind.StorageUnavailable, detail);

    [LoggerMessage(20, LogLevel.Debug, "Uploaded {ImageId} after {Attempts} failed attempts")]
    private static partial void LogPersisted(ILogger logger, CharacterReferenceId imageId, int attempts);

    [LoggerMessage(29, LogLevel.Debug, "Upload of {ImageId} is left to the node that has its file: {Cause}")]
    private static partial void LogElsewhere(ILogger logger, CharacterReferenceId imageId, string cause);

    [LoggerMessage(23, LogLevel.Error, "Upload of {ImageId} failed with an internal error")]
    private static partial void LogFault(ILogger logger, CharacterReferenceId imageId, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "Upload of {ImageId} failed on attempt {Attempt}: {Cause}")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, int attempt, string cause);
}
