using System.Diagnostics;

namespace CharacterRefs.Tests.Support;

/// <summary>A file system of a few megabytes in memory; tests that ask for one are ignored where mounting is not allowed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempDirectory? _ownDirectory;

    private SmallDisk(string? directory)
    {
        _ownDirectory = directory is null ? new TempDirectory() : null;
        Path = directory ?? _ownDirectory!.FullPath;
    }

    public string Path { get; }

    /// <param name="size">As mount has it, such as <c>1m</c>.</param>
    /// <param name="directory">Where to; <c>null</c> for a directory of its own.</param>
    public static SmallDisk Mount(string size, string? directory = null)
    {
        var disk = new SmallDisk(directory);
        if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path))
        {
            disk._ownDirectory?.Dispose();
            Assert.Ignore("Mounting a small tmpfs needs the right to mount (root, or CAP_SYS_ADMIN in a container).");
        }

        return disk;
    }

    /// <summary>Writes a file that leaves about this many bytes free.</summary>
    /// <returns>Its path; the room is back when it is deleted.</returns>
    public string Fill(long leaving)
    {
        using var ballast = File.Create(System.IO.Path.Combine(Path, "catalog.db-ballast"));
        ballast.Write(new byte[new DriveInfo(Path).AvailableFreeSpace - leaving]);
        return ballast.Name;
    }

    public void Dispose()
    {
        Assert.That(Run("umount", "-l", Path), Is.True);
        _ownDirectory?.Dispose();
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
