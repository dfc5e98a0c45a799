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
/// The local files of images, for whoever needs the bytes here. A file that is gone while its copy in the store is verified is fetched again, checked
/// by length and hash before it gets its name; other bytes are never handed out.
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

    // How old a recorded use may be before it is recorded anew, so that a file in demand costs one write a minute.
    private static readonly TimeSpan s_useStep = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _places = new(MostFetches);
    private readonly SingleFlight<CharacterReferenceId, Result<LocalFile>> _fetches = new();

    /// <summary>The file of an image. It may be evicted before it is opened, see <see cref="OpenAsync"/>.</summary>
    /// <returns>
    /// The file; <see cref="ErrorKind.NotFound"/> when it is nowhere, <see cref="ErrorKind.StorageUnavailable"/> when it is only in a store that does not
    /// answer, <see cref="ErrorKind.ConfigurationError"/> when there are no credentials to ask it with, <see cref="ErrorKind.InternalError"/> when the
    /// store has other bytes than were stored.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed while it was asked.</exception>
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
            : ReferenceErrors.NotAsked("The image has no local copy, and the store, which has it, cannot be asked.", reachability);
    }

    /// <summary>Opens the file of an image. One that vanishes between being found and being opened is fetched again.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="open">Opens a file; <c>null</c> when it is no longer there.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch ends when nobody else waits for it.</param>
    /// <returns>What was opened, or why not, as for <see cref="FindAsync"/>.</returns>
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
    /// <exception cref="LocalStorageException">It cannot be had, neither here nor from the store; with the cause.</exception>
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
            // The image can be served all the same; it may only be evicted earlier than it should.
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
                return new Error(ErrorKind.InternalError, "The copy of the image in the store is not what was stored, and there is no local copy.");
            }

            var file = Publish(staged, reference);
            if (await catalog.FindAsync(reference.Id, cancellationToken) is null)
            {
                // Deleted while it was fetched: its bytes must not come back.
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
            // Another fetch was first; a name is only ever given to complete files.
            return winner;
        }

        return files.Find(reference.Id, reference.Format)
            ?? throw new LocalStorageException("The image was fetched from the store and vanished at once.");
    }

    [LoggerMessage(50, LogLevel.Debug, "Image {ImageId} was fetched from the store: its local copy was gone")]
    private static partial void LogFetched(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(51, LogLevel.Error, "Image {ImageId} is lost: it has no local copy, and the store no longer has the copy that was verified there")]
    private static partial void LogAbsent(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(52, LogLevel.Error, "Image {ImageId} cannot be served: it has no local copy, and the store has other bytes than were verified there")]
    private static partial void LogCorrupt(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(53, LogLevel.Debug, "The use of a local copy was not recorded: {Error}")]
    private static partial void LogUseNotRecorded(ILogger logger, string error);
}
