using System.Runtime.InteropServices;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// System calls that .NET does not offer on Linux: reading an entry without following a link, distinguishing pipes, sockets and devices from files, a file's
/// identity and change time in nanoseconds, and opening relative to a held directory.
/// </summary>
internal static class LinuxEntries
{
    private const int NoSuchDevice = 6;
    private const int TooManyLinks = 40;

    private const int EmptyPath = 0x1000;
    private const int NoFollowOfStat = 0x100;

    private const int ReadOnlyNonBlocking = 0x800;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;

    // A name for the current directory that openat and statx take in place of a descriptor.
    private static readonly SafeFileHandle s_workingDirectory = new(-100, ownsHandle: false);

    // The kernel's generic value, and that of the architectures that had their own before.
    private static readonly int s_noFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>Opens an entry, also a link itself, with O_PATH: it does not block and has no side effects.</summary>
    /// <param name="parent">A held directory; <c>null</c> when the name is an absolute path.</param>
    /// <param name="name">A single name, or an absolute path whose last name is not followed.</param>
    /// <returns><c>null</c> when there is no such name.</returns>
    public static SafeFileHandle? Hold(SafeFileHandle? parent, string name) => Open(parent ?? s_workingDirectory, name, PathOnly);

    /// <summary>Opens a file for reading. It does not wait for a writer when a pipe has replaced the file.</summary>
    /// <returns><c>null</c> when there is no such name, or a link, or a socket.</returns>
    public static SafeFileHandle? OpenForReading(SafeFileHandle parent, string name) => Open(parent, name, ReadOnlyNonBlocking | NoControllingTerminal);

    /// <summary>Reads an entry of a held directory; <c>null</c> when there is none.</summary>
    public static Entry? Find(SafeFileHandle parent, string name) => Read(parent, name, NoFollowOfStat);

    /// <summary>Reads the entry of a descriptor.</summary>
    public static Entry Of(SafeFileHandle handle) => Read(handle, "", EmptyPath) ?? throw LinuxStat.Failure(Marshal.GetLastPInvokeError());

    private static SafeFileHandle? Open(SafeFileHandle parent, string name, int flags)
    {
        var descriptor = OpenAt(parent, name, flags | s_noFollow | CloseOnExec);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        return LinuxStat.IsAbsent(error) || error is NoSuchDevice or TooManyLinks ? null : throw LinuxStat.Failure(error);
    }

    private static Entry? Read(SafeFileHandle parent, string name, int flags)
    {
        if (LinuxStat.Read(parent, name, flags, out var stat) == 0)
        {
            return ToEntry(stat);
        }

        var error = Marshal.GetLastPInvokeError();
        return LinuxStat.IsAbsent(error) ? null : throw LinuxStat.Failure(error);
    }

    private static Entry ToEntry(in LinuxStat stat)
    {
        var kind = (stat.Mode & 0xF000) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xA000 => EntryKind.Link,
            0x1000 => EntryKind.Pipe,
            0xC000 => EntryKind.Socket,
            _ => EntryKind.Device,
        };
        return new Entry(
            kind,
            (long)stat.Size,
            stat.Modified,
            stat.Changed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{stat.Size}/{stat.ModifiedSeconds}.{stat.ModifiedNanoseconds:D9}/{stat.ChangedSeconds}.{stat.ChangedNanoseconds:D9}"
                + $"/{stat.Inode}/{stat.DeviceMajor}:{stat.DeviceMinor}"));
    }

    [DllImport("libc", EntryPoint = "openat", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenAt(SafeFileHandle directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
