using System.Runtime.InteropServices;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// Atomic and durable renames, with and without overwriting. <see cref="File.Move(string, string)"/> overwrites on Unix: it checks whether the target
/// exists and then calls rename(2), which replaces, so that two concurrent writers both succeed. link(2) takes a free name or fails with EEXIST atomically.
/// Where a file system has no hard links, Linux's renameat2 with RENAME_NOREPLACE does the same.
/// </summary>
internal static class DurableRename
{
    private const int NotPermitted = 1;
    private const int AlreadyExists = 17;
    private const int Invalid = 22;
    private const int TooManyLinks = 31;
    private const int NotImplemented = 38;
    private const int NotSupportedOnMacOs = 45;
    private const int NotSupportedOnLinux = 95;
    private const int WorkingDirectory = -100;
    private const uint NoReplace = 1;
    private const int CloseOnExecOnLinux = 0x80000;
    private const int CloseOnExecOnMacOs = 0x1000000;

    /// <summary>Renames a file within one file system, without overwriting.</summary>
    /// <returns>Whether the name was free; if not, nothing changed.</returns>
    /// <exception cref="IOException">The file system failed; the HResult is the errno.</exception>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMoveOnWindows(from, to);
        }

        if (Link(from, to) == 0)
        {
            // A crash before this leaves a second name in the staging directory, which is swept as an abandoned file.
            StagedFile.TryRemove(from);
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        var hasNoLinks = error is NotPermitted or TooManyLinks or NotImplemented or NotSupportedOnMacOs or NotSupportedOnLinux;
        if (hasNoLinks && OperatingSystem.IsLinux())
        {
            if (RenameAt2(WorkingDirectory, from, WorkingDirectory, to, NoReplace) == 0)
            {
                return true;
            }

            error = Marshal.GetLastPInvokeError();
        }

        return error == AlreadyExists ? false : throw Failure(error);
    }

    /// <summary>
    /// Renames a file within one file system and atomically replaces an existing one. <see cref="File.Move(string, string, bool)"/> would copy to another file
    /// system, and readers would see a partial file.
    /// </summary>
    /// <exception cref="IOException">The file system failed; the HResult is the errno.</exception>
    public static void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: true);
        }
        else if (Rename(from, to) != 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Flushes the names in a directory to disk. .NET cannot open directories, hence the system calls; Windows needs none.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, OperatingSystem.IsMacOS() ? CloseOnExecOnMacOs : CloseOnExecOnLinux);
        if (descriptor < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        var error = FSync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);

        // EINVAL: this file system does not flush directories.
        if (error is not (0 or Invalid))
        {
            throw Failure(error);
        }
    }

    private static bool TryMoveOnWindows(string from, string to)
    {
        try
        {
            // MoveFileEx without the replace flag is atomic.
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    [DllImport("libc", EntryPoint = "link", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "renameat2", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenameAt2(
        int fromDirectory, [MarshalAs(UnmanagedType.LPUTF8Str)] string from, int toDirectory, [MarshalAs(UnmanagedType.LPUTF8Str)] string to, uint flags);

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
