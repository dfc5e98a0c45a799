using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The key in <c>{DATA_ROOT}/url-signing.key</c> that signs our own URLs: 32 random bytes, created once, readable only by the owner. A file, so that URLs
/// stay valid after a restart; in the data directory, so that all processes that serve the same images use the same key.
/// </summary>
internal static class LocalUrlKey
{
    private const string FileName = "url-signing.key";
    private const int KeyBytes = 32;

    /// <summary>Reads the key, and creates it when there is none.</summary>
    /// <exception cref="LocalStorageException">The disk failed, or the file is not a key.</exception>
    public static byte[] ReadOrCreate(DataRootOptions options) => DiskFault.Guard("The key for signed URLs could not be read or created", () =>
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
                $"{FileName} in DATA_ROOT is damaged: it has {key.Length} bytes instead of {KeyBytes}. "
                + "Delete it: the service creates a new one at the next start, and URLs signed so far become invalid.");
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

            // Atomic, and the first process wins: a second one uses the key that exists.
            _ = DurableRename.TryMove(draft, path);
            // Before it is used, the key must survive a loss of power, also when another process created it.
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
