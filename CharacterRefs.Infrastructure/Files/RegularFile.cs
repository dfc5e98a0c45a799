namespace CharacterRefs.Infrastructure.Files;

/// <summary>Finds regular files. Links, directories, pipes, sockets and devices are none.</summary>
internal static class RegularFile
{
    /// <summary>Reads all that is known of a file: by one system call on Linux, where .NET needs five.</summary>
    /// <returns>The file; <c>null</c> when there is none.</returns>
    /// <exception cref="IOException">Whether there is one could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, because access is denied.</exception>
    public static LocalFile? Find(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxStat.Find(path) is { IsRegularFile: true } stat ? ToFile(path, (long)stat.Size, stat.Modified, stat.Accessed, stat.Inode) : null;
        }

        try
        {
            // Unlike FileInfo.Exists, this distinguishes absent from unreachable and does not follow links.
            if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != 0)
            {
                return null;
            }

            var file = new FileInfo(path);
            return ToFile(path, file.Length, new DateTimeOffset(file.LastWriteTimeUtc), new DateTimeOffset(file.LastAccessTimeUtc), number: 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static LocalFile ToFile(string path, long length, DateTimeOffset written, DateTimeOffset used, ulong number) =>
        new(path, length, written) { LastUsed = used > written ? used : written, Number = number };
}
