namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// A file that only occupies space. On a full disk it is given up, so that the catalog can record a deletion, which then frees more.
/// </summary>
internal sealed class DiskReserve(DataRootOptions options)
{
    /// <summary>Enough for some deletions: each appends a few pages of 4 KiB to the catalog's log.</summary>
    internal const int SizeBytes = 256 * 1024;

    private readonly string _path = Path.Join(options.Path, "catalog.db.reserve");

    /// <summary>Gives the space up.</summary>
    /// <returns>Whether there was a reserve.</returns>
    public bool TryRelease()
    {
        var isKept = File.Exists(_path);
        StagedFile.TryRemove(_path);
        return isKept && !File.Exists(_path);
    }

    /// <summary>Creates the reserve again, unless it exists or does not fit.</summary>
    public void Restore()
    {
        if (File.Exists(_path))
        {
            return;
        }

        try
        {
            if (new DriveInfo(Path.GetFullPath(options.Path)).AvailableFreeSpace < SizeBytes)
            {
                return;
            }

            using var file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(RandomNumberGenerator.GetBytes(SizeBytes)); // a compressing file system would store zeros without space
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // Nothing depends on it before the disk is full; the next deletion tries again.
            StagedFile.TryRemove(_path);
        }
    }
}
