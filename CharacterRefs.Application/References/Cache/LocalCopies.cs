using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Local files of images. A file that was evicted, or that is damaged, is fetched again from its persisted copy and validated by length and hash before it is
/// published; other bytes are never delivered.
/// </summary>
public sealed class LocalCopies(
    VerifiedLocalFiles local,
    FileFetch fetch,
    IReferenceFiles files,
    IStoreReachability reachability,
    StorageMeter meter) : IDisposable
{
    private const int MostFetches = 8;
    private const int MostAttempts = 3;

    private readonly SemaphoreSlim _places = new(MostFetches);
    private readonly SingleFlight<CharacterReferenceId, Result<LocalFile>> _fetches = new();

    /// <summary>Finds the local file of an image, or fetches it. It may be evicted before it is opened, see <see cref="OpenAsync"/>.</summary>
    /// <returns>
    /// The file; <see cref="ErrorKind.NotFound"/> when it has no copy, <see cref="ErrorKind.StorageUnavailable"/> when its only copy is in an unreachable
    /// store, <see cref="ErrorKind.ConfigurationError"/> without credentials for the store, <see cref="ErrorKind.InternalError"/> when every copy has other
    /// bytes.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed during the fetch.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Result<LocalFile>> FindAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        var (file, isDamaged) = await local.FindAsync(reference, cancellationToken);
        if (file is not null)
        {
            meter.Hit();
            return file;
        }

        if (reference.PersistedCopy is not { } copy)
        {
            return isDamaged ? Damaged("no other copy exists.") : ReferenceErrors.NotFound(reference.Id);
        }

        if (!reachability.IsReachable)
        {
            var why = isDamaged ? "The local copy of the image is damaged" : "The image has no local copy";
            return ReferenceErrors.Unreachable($"{why}, and the store that has it is unreachable.", reachability);
        }

        var fetched = await _fetches.RunAsync(reference.Id, token => FetchAsync(reference, copy, token), cancellationToken);
        return isDamaged && fetched.Error is { Kind: ErrorKind.NotFound } ? Damaged("the store no longer has its copy.") : fetched;
    }

    /// <summary>Opens the local file of an image; fetches it again when it is evicted before it was opened.</summary>
    /// <param name="open">Opens a file; returns <c>null</c> when it no longer exists.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch is canceled with its last caller.</param>
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

    public void Dispose() => _places.Dispose();

    private static Error Damaged(string rest) =>
        new(ErrorKind.InternalError, $"The local copy of the image is damaged: it does not match its recorded length and hash, and {rest}");

    private async Task<Result<LocalFile>> FetchAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await fetch.RunAsync(reference, copy, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }
}
