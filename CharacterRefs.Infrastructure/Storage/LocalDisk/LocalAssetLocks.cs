using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// One writer at a time for a key, across processes, because an asset and its sidecar are two files. The lock is a kernel lock on one of 256 files, so it
/// ends with its process. It is held for two renames, never while bytes are copied.
/// </summary>
/// <remarks>
/// The directory is created once, when the store is opened; its presence proves later that the disk is mounted. If it were created again when it is
/// missing, a disk that is not mounted would look like an empty store.
/// </remarks>
internal sealed class LocalAssetLocks
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly string _directory;

    /// <exception cref="IOException">The directory cannot be created.</exception>
    public LocalAssetLocks(string directory)
    {
        Directory.CreateDirectory(directory);
        _directory = directory;
    }

    /// <summary>Makes sure that the disk with the store is mounted.</summary>
    /// <exception cref="AssetStoreUnavailableException">It is not, so no asset is known to be absent.</exception>
    public void ConfirmPresence(Exception? inner)
    {
        if (!Directory.Exists(_directory))
        {
            throw new AssetStoreUnavailableException(
                "The directory of the local store does not exist. Check that the disk of DATA_ROOT is mounted.", AssetStoreFault.Unreachable, inner: inner);
        }
    }

    /// <summary>Runs work on a file or folder that may be absent.</summary>
    /// <returns><c>null</c> when it is.</returns>
    /// <exception cref="AssetStoreUnavailableException">The disk with the store is not mounted, so nothing is known to be absent.</exception>
    public T? IfPresent<T>(Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            ConfirmPresence(error);
            return null;
        }
    }

    /// <summary>Waits for the lock of a key.</summary>
    /// <param name="fingerprint">The key's hash; its first byte chooses the file.</param>
    /// <returns>The lock; disposal releases it.</returns>
    public async Task<IDisposable> AcquireAsync(byte[] fingerprint, CancellationToken cancellationToken)
    {
        var path = Path.Join(_directory, fingerprint[0].ToString("x2", CultureInfo.InvariantCulture));
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            if (LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () => TryOpen(path)) is { } handle)
            {
                return handle;
            }

            if (waited > s_timeout)
            {
                throw new AssetStoreUnavailableException("Another process has locked the asset in the local store.", AssetStoreFault.Unreachable, s_timeout);
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private FileStream? TryOpen(string path)
    {
        try
        {
            return FileLock.TryTake(path);
        }
        catch (DirectoryNotFoundException error)
        {
            ConfirmPresence(error);
            return null;
        }
    }
}
