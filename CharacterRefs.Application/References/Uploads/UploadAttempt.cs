using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// Brings one image into the store and records it only when the copy was verified by length and hash. What fails is recorded with its cause and
/// the time of the next attempt; the image is never lost meanwhile, because its local file stays.
/// </summary>
public sealed partial class UploadAttempt(
    IReferenceFiles files, IAssetStore store, IReferenceCatalog catalog, StorageMeter meter, TimeProvider clock, ILogger<UploadAttempt> logger)
{
    /// <param name="reference">With a pending copy.</param>
    /// <param name="cancellationToken">Gives up; the copy stays pending and due.</param>
    /// <returns>The copy as it was recorded, and what the store said; <c>null</c> when it was not stored, and then why.</returns>
    public async Task<(RemoteCopy Copy, SaveOutcome? Outcome, Error? Error)> HandleAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        var copy = reference.RemoteCopy ?? throw new ArgumentException("No copy was ordered for this image.", nameof(reference));
        var (outcome, error) = await TryStoreAsync(reference, copy, cancellationToken);
        meter.TriedToStore(outcome);
        copy = error is null ? copy.Verified(clock.GetUtcNow()) : copy.Failed(error.Detail, clock.GetUtcNow(), Random.Shared.NextDouble());
        if (!await catalog.RecordCopyAsync(reference.Id, copy, CancellationToken.None) && error is null)
        {
            // Deleted while it was being stored: its copy must not outlive it.
            await store.DeleteAsync(copy.Key, cancellationToken);
        }

        if (error is null)
        {
            LogStored(logger, reference.Id, copy.Attempts);
        }
        else
        {
            LogFailed(logger, reference.Id, copy.Attempts, error.Detail);
        }

        return (copy, outcome, error);
    }

    /// <summary>Records where a copy stands that was not tried to its end.</summary>
    public Task RecordAsync(CharacterReference reference, RemoteCopy copy) => catalog.RecordCopyAsync(reference.Id, copy, CancellationToken.None);

    /// <summary>Whether the store has the image all the same: its file may have been evicted before the store was changed for one that has it too.</summary>
    private async Task<bool> IsInStoreAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(copy.Key, null, cancellationToken);
        return asset?.ContentLength == reference.SizeBytes
            && (asset.Metadata.Sha256 ?? ContentHash.FromDigest(await SHA256.HashDataAsync(asset.Content, cancellationToken))) == reference.Sha256;
    }

    private async Task<(SaveOutcome? Outcome, Error? Error)> TryStoreAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        try
        {
            if (files.Find(reference.Id, reference.Format) is not { } file)
            {
                return await IsInStoreAsync(reference, copy, cancellationToken) ? (SaveOutcome.AlreadyStored, null) : (null, Unavailable("The local file is gone."));
            }

            var content = new AssetContent(
                reference.SizeBytes, reference.Format.MediaType, reference.Sha256, _ => ValueTask.FromResult(files.OpenRead(file)));
            var outcome = await store.SaveAsync(copy.Key, content, cancellationToken);
            if (outcome is SaveOutcome.Conflict)
            {
                return (null, new Error(ErrorKind.Conflict, "Other bytes stand under this key in the store."));
            }

            var stored = await store.FindAsync(copy.Key, cancellationToken);
            // What another program put there may carry no hash: it was read and compared before it passed for the same.
            var sha256 = stored?.Sha256 ?? (outcome is SaveOutcome.AlreadyStored ? reference.Sha256 : null);
            return stored?.Length == reference.SizeBytes && sha256 == reference.Sha256
                ? (outcome, null)
                : (null, Unavailable("The store accepted the image but does not have it with the right length and hash."));
        }
        catch (AssetStoreUnavailableException error)
        {
            return (null, error.ToError());
        }
        catch (InvalidDataException)
        {
            return (null, Unavailable("The local file is not what was recorded."));
        }
        catch (LocalStorageException error)
        {
            return (null, Unavailable(error.Message));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Recorded like the rest, or this image would be the first of every round and stop the others.
            LogFault(logger, reference.Id, error);
            return (null, Unavailable("Storing failed by a fault of the service. The log has the cause."));
        }
    }

    private static Error Unavailable(string detail) => new(ErrorKind.StorageUnavailable, detail);

    [LoggerMessage(20, LogLevel.Debug, "Image {ImageId} is in the store, after {Attempts} attempts in vain")]
    private static partial void LogStored(ILogger logger, CharacterReferenceId imageId, int attempts);

    [LoggerMessage(23, LogLevel.Error, "Storing image {ImageId} failed by a fault")]
    private static partial void LogFault(ILogger logger, CharacterReferenceId imageId, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "Image {ImageId} is not in the store yet, attempt {Attempts}: {Error}")]
    private static partial void LogFailed(ILogger logger, CharacterReferenceId imageId, int attempts, string error);
}
