using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>statx(2), which .NET does not offer. Its layout is the same on all architectures: struct statx of linux/stat.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LinuxStat
{
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int RegularFile = 0x8000;
    private const int Link = 0xA000;
    private const int NoSuchEntry = 2;
    private const int NotADirectory = 20;
    private const int AccessDenied = 13;
    private const int NotPermitted = 1;

    // A name for the current directory that statx takes in place of a descriptor.
    private static readonly SafeFileHandle s_workingDirectory = new(-100, ownsHandle: false);

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(64)]
    public long AccessedSeconds;

    [FieldOffset(72)]
    public uint AccessedNanoseconds;

    [FieldOffset(96)]
    public long ChangedSeconds;

    [FieldOffset(104)]
    public uint ChangedNanoseconds;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    public readonly DateTimeOffset Accessed => ToTime(AccessedSeconds, AccessedNanoseconds);

    public readonly DateTimeOffset Changed => ToTime(ChangedSeconds, ChangedNanoseconds);

    public readonly DateTimeOffset Modified => ToTime(ModifiedSeconds, ModifiedNanoseconds);

    /// <summary>Reads the status of an entry below a held directory.</summary>
    /// <returns>0, or -1 with the error as the last P/Invoke error.</returns>
    public static int Read(SafeFileHandle directory, string name, int flags, out LinuxStat stat) => StatX(directory, name, flags, BasicStats, out stat);

    /// <summary>The number of a file in its file system; 0 where that is not known. A file that replaces another has another number.</summary>
    public static ulong InodeOf(string path) => Find(path)?.Inode ?? 0;

    /// <summary>Whether an entry is a pipe, a socket or a device: .NET takes them for files, and opening a pipe waits for a writer for ever.</summary>
    public static bool IsSpecial(string path) => Find(path) is { } stat && (stat.Mode & TypeMask) is not (RegularFile or Directory or Link);

    /// <summary>The status of an entry, of a link itself; <c>null</c> when there is none, and always on other systems.</summary>
    /// <exception cref="IOException">Whether there is one could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, because access is denied.</exception>
    public static LinuxStat? Find(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (StatX(s_workingDirectory, path, NoFollow, BasicStats, out var stat) == 0)
        {
            return stat;
        }

        var error = Marshal.GetLastPInvokeError();
        return IsAbsent(error) ? null : throw Failure(error);
    }

    /// <summary>Whether an error says that there is no such entry.</summary>
    public static bool IsAbsent(int error) => error is NoSuchEntry or NotADirectory;

    /// <summary>The exception that .NET throws for an error of the system.</summary>
    public static Exception Failure(int error)
    {
        var message = Marshal.GetPInvokeErrorMessage(error);
        return error is AccessDenied or NotPermitted ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    // File systems store times outside the range of DateTimeOffset.
    private static DateTimeOffset ToTime(long seconds, uint nanoseconds) => DateTimeOffset
        .FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
        .AddTicks(nanoseconds / 100);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(
        SafeFileHandle directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out LinuxStat stat);
}
