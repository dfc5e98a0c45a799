using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Local files of images. An evicted file is fetched again from its persisted copy and validated by length and hash before it is published; other bytes are
/// never delivered.
/// </summary>
public sealed partial class LocalCopies(
    IReferenceFiles files,
    IAssetStore store,
    IReferenceCatalog catalog,
    IStoreReachability reachability,
    StorageMeter meter,
    TimeProvider clock,
    ILogger<LocalCopies> logger) : IDisposable
{
    private const int MostFetches = 8;
    private const int MostAttempts = 3;

    // A use is recorded again only after this time, so that a popular file costs one write a minute.
    private static readonly TimeSpan s_useStep = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _places = new(MostFetches);
    private readonly SingleFlight<CharacterReferenceId, Result<LocalFile>> _fetches = new();

    /// <summary>Finds the local file of an image, or fetches it. It may be evicted before it is opened, see <see cref="OpenAsync"/>.</summary>
    /// <returns>
    /// The file; <see cref="ErrorKind.NotFound"/> when it has no copy, <see cref="ErrorKind.StorageUnavailable"/> when its only copy is in an unreachable
    /// store, <see cref="ErrorKind.ConfigurationError"/> without credentials for the store, <see cref="ErrorKind.InternalError"/> when the copy has other
    /// bytes.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed during the fetch.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Result<LocalFile>> FindAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (files.Find(reference.Id, reference.Format) is { } file)
        {
            meter.Hit();
            RecordUse(file);
            return file;
        }

        if (reference.PersistedCopy is not { } copy)
        {
            return ReferenceErrors.NotFound(reference.Id);
        }

        return reachability.IsReachable
            ? await _fetches.RunAsync(reference.Id, token => FetchAsync(reference, copy, token), cancellationToken)
            : ReferenceErrors.Unreachable("The image has no local copy, and the store that has it is unreachable.", reachability);
    }

    /// <summary>Opens the local file of an image; fetches it again when it is evicted before it was opened.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="open">Opens a file; returns <c>null</c> when it no longer exists.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch is cancelled with its last caller.</param>
    /// <returns>The opened file, or an error as for <see cref="FindAsync"/>.</returns>
    public async Task<Result<T>> OpenAsync<T>(CharacterReference reference, Func<LocalFile, T?> open, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var found = await FindAsync(reference, cancellationToken);
            if (!found.TryGet(out var file, out var error))
            {
                return error;
            }

            if (open(file) is { } opened)
            {
                return opened;
            }
        }

        return ReferenceErrors.NotFound(reference.Id);
    }

    /// <summary>Opens the file of an image for reading from its start; the caller disposes the stream.</summary>
    /// <exception cref="LocalStorageException">The image is available neither locally nor from the store; the message has the cause.</exception>
    public async ValueTask<Stream> OpenReadAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await OpenAsync(reference, Open, cancellationToken);
            return opened.Match(stream => stream, error => throw new LocalStorageException(error.Detail));
        }
        catch (AssetStoreUnavailableException error)
        {
            throw new LocalStorageException($"The image has no local copy and could not be fetched. {error.Message}", error);
        }

        Stream? Open(LocalFile file)
        {
            try
            {
                return files.OpenRead(file);
            }
            catch (LocalStorageException) when (files.Find(reference.Id, reference.Format) is null)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private void RecordUse(LocalFile file)
    {
        var now = clock.GetUtcNow();
        if (now - file.LastUsed < s_useStep)
        {
            return;
        }

        try
        {
            files.RecordUse(file, now);
        }
        catch (LocalStorageException error)
        {
            // Serving does not depend on it; the file may only be evicted earlier.
            LogUseNotRecorded(logger, error.Message);
        }
    }

    private async Task<Result<LocalFile>> FetchAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await using var asset = await store.OpenReadAsync(copy.Key, null, cancellationToken);
            if (asset is null)
            {
                meter.Fetched("absent");
                LogAbsent(logger, reference.Id);
                return ReferenceErrors.NotFound(reference.Id);
            }

            using var staged = await files.StageAsync(asset.Content, reference.SizeBytes, cancellationToken);
            if (staged is null || staged.SizeBytes != reference.SizeBytes || staged.Sha256 != reference.Sha256)
            {
                meter.Fetched("corrupt");
                LogCorrupt(logger, reference.Id);
                return new Error(
                    ErrorKind.InternalError, "The persisted copy of the image does not match its recorded length and hash, and there is no local copy.");
            }

            var file = Publish(staged, reference);
            if (await catalog.FindAsync(reference.Id, cancellationToken) is null)
            {
                // Deleted during the fetch: its bytes must not come back.
                files.Delete(reference.Id, reference.Format);
                return ReferenceErrors.NotFound(reference.Id);
            }

            meter.Fetched("fetched");
            LogFetched(logger, reference.Id);
            return file;
        }
        catch (AssetStoreUnavailableException)
        {
            meter.Fetched("unreachable");
            throw;
        }
        finally
        {
            _places.Release();
        }
    }

    private LocalFile Publish(IStagedFile staged, CharacterReference reference)
    {
        try
        {
            files.Publish(staged, reference.Id, reference.Format);
        }
        catch (LocalStorageException) when (files.Find(reference.Id, reference.Format) is { } winner && winner.SizeBytes == reference.SizeBytes)
        {
            // Another fetch published first; published files are always complete.
            return winner;
        }

        return files.Find(reference.Id, reference.Format)
            ?? throw new LocalStorageException("The image was removed from the local disk right after it was fetched.");
    }

    [LoggerMessage(50, LogLevel.Debug, "Fetched {ImageId} from the store: it had no local file")]
    private static partial void LogFetched(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(51, LogLevel.Error, "Lost {ImageId}: it has no local file, and the store no longer has its persisted copy")]
    private static partial void LogAbsent(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(52, LogLevel.Error, "Fetch of {ImageId} failed: its persisted copy does not match the recorded length and hash")]
    private static partial void LogCorrupt(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(53, LogLevel.Debug, "Recording the use of a local file failed: {Cause}")]
    private static partial void LogUseNotRecorded(ILogger logger, string cause);
}
