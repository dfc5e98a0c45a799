namespace CharacterRefs.Infrastructure.Files;

/// <summary>An exclusive kernel lock on a file, across processes. The kernel releases it when its process dies, so a lock is never stale.</summary>
internal static class FileLock
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMacOs = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);

    /// <summary>Takes the lock; creates the file when there is none. The file stays, because its removal would race with the next holder.</summary>
    /// <returns>The lock, which disposal releases; <c>null</c> when somebody else holds it.</returns>
    /// <exception cref="IOException">The file cannot be created or opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write here.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (error.HResult is WouldBlockOnLinux or WouldBlockOnMacOs or SharingViolationOnWindows)
        {
            return null;
        }
    }
}
