using System.Diagnostics;

namespace CharacterRefs.Tests.Support;

/// <summary>A file system of a few megabytes in memory; tests that need one are ignored where mounting is not allowed.</summary>
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
        using var ballast = new FileStream(
            System.IO.Path.Combine(Path, "catalog.db-ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            // A block at a time: the service may take some of the room meanwhile.
            while (new DriveInfo(Path).AvailableFreeSpace > leaving)
            {
                ballast.Write(block);
            }
        }
        catch (IOException) when (new DriveInfo(Path).AvailableFreeSpace == 0)
        {
            // It is full.
        }

        return ballast.Name;
    }

    /// <summary>Lets nothing be written any more.</summary>
    public void MakeReadOnly() => Assert.That(Run("mount", "-o", "remount,ro", Path), Is.True);

    /// <summary>Lets one file not be written any more, as its permissions do for every user but root.</summary>
    public void MakeReadOnly(string file)
    {
        var path = System.IO.Path.Combine(Path, file);
        Assert.That(Run("mount", "--bind", path, path) && Run("mount", "-o", "remount,ro,bind", path), Is.True);
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
