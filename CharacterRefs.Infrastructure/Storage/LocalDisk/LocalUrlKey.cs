using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The key in <c>{DATA_ROOT}/url-signing.key</c> that our own URLs are signed with: 32 random bytes, made once, for the owner's eyes only. Kept, so
/// that URLs outlive a restart; in the data directory, so that every process that serves the same images signs and believes alike.
/// </summary>
internal static class LocalUrlKey
{
    private const string FileName = "url-signing.key";
    private const int KeyBytes = 32;

    /// <summary>Reads the key, and makes it when there is none.</summary>
    /// <exception cref="LocalStorageException">The disk refused, or what stands there is not a key.</exception>
    public static byte[] ReadOrCreate(DataRootOptions options) => DiskFault.Guard("The key for signed URLs could not be read or made", () =>
    {
        var directory = Path.GetFullPath(options.Path);
        var path = Path.Join(directory, FileName);
        if (!File.Exists(path))
        {
            Create(directory, path);
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes
            ? key
            : throw new LocalStorageException(
                $"{FileName} in DATA_ROOT is damaged: it holds {key.Length} bytes instead of {KeyBytes}. "
                + "Once it is removed, the service makes a new one and the URLs signed so far end.");
    });

    private static void Create(string directory, string path)
    {
        Directory.CreateDirectory(directory);
        var draft = Path.Join(directory, $".{FileName}.{Path.GetRandomFileName()}");
        try
        {
            using (var file = new FileStream(draft, DraftOptions()))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
                file.Flush(flushToDisk: true);
            }

            // Whole or not at all, and the first one wins: a process that comes second takes the key that stands there.
            _ = DurableRename.TryMove(draft, path);
            // Whoever signs with it makes sure first that it will still be there after a loss of power, also if another process made it.
            DurableRename.FlushDirectory(directory);
        }
        finally
        {
            StagedFile.TryRemove(draft);
        }
    }

    private static FileStreamOptions DraftOptions()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
