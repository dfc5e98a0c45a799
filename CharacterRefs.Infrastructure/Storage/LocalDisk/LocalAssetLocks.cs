using System.Globalization;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// One writer at a time for a key, across processes: an asset and its sidecar are two files, and only together are they right. The lock is the
/// kernel's own on one of 256 files, so it ends with a process that dies. It is held for two renames, never while bytes are copied.
/// </summary>
/// <remarks>
/// The directory is made once, when the store is opened, and its presence is how the store knows later that its disk is still there. Were it made
/// again when it is missing, a disk that is not mounted would pass for an empty store.
/// </remarks>
internal sealed class LocalAssetLocks
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMacOs = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _directory;

    /// <exception cref="IOException">The directory cannot be made.</exception>
    public LocalAssetLocks(string directory)
    {
        Directory.CreateDirectory(directory);
        _directory = directory;
    }

    /// <summary>Passes when the disk with the store on it is there.</summary>
    /// <exception cref="AssetStoreUnavailableException">It is not, so nothing is known to be absent.</exception>
    public void ConfirmPresence(Exception? inner)
    {
        if (!Directory.Exists(_directory))
        {
            throw new AssetStoreUnavailableException("The directory of the local store is not there.", AssetStoreFault.Unreachable, inner: inner);
        }
    }

    /// <summary>Waits for the lock of a key.</summary>
    /// <param name="fingerprint">The key's hash; its first byte chooses the file.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The lock; disposal lets it go.</returns>
    public async Task<IDisposable> AcquireAsync(byte[] fingerprint, CancellationToken cancellationToken)
    {
        var path = Path.Join(_directory, fingerprint[0].ToString("x2", CultureInfo.InvariantCulture));
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            if (LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () => TryOpen(path)) is { } handle)
            {
                return handle;
            }

            if (waited > s_patience)
            {
                throw new AssetStoreUnavailableException("Another process holds the local store.", AssetStoreFault.Unreachable, s_patience);
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (error.HResult is WouldBlockOnLinux or WouldBlockOnMacOs or SharingViolationOnWindows)
        {
            return null;
        }
        catch (DirectoryNotFoundException error)
        {
            ConfirmPresence(error);
            return null;
        }
    }
}
