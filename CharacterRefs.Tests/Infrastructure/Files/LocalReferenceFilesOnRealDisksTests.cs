using System.Diagnostics;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Files;

[Category("Integration")]
[Platform("Linux")]
internal sealed class LocalReferenceFilesOnRealDisksTests
{
    private const int MountBytes = 1024 * 1024;

    private static readonly CharacterReferenceId s_id = new(Guid.Parse("0198c0de-0000-7000-8000-00000000abcd"));

    private TempDirectory _root = null!;
    private bool _isMounted;

    [SetUp]
    public void SetUp() => _root = new TempDirectory();

    [TearDown]
    public void TearDown()
    {
        if (_isMounted)
        {
            Run("umount", _root.FullPath);
        }

        _root.Dispose();
    }

    [Test]
    public async Task StageAsync_WhenDiskIsFull_SaysSoAndLeavesNothing()
    {
        var files = OnSmallDisk();

        Assert.That(
            async () => await files.StageAsync(new MemoryStream(new byte[2 * MountBytes]), 10 * MountBytes, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("the disk is full").And.Message.Not.Contains(_root.FullPath));
        Assert.That(StagedNames(), Is.Empty);
        using var small = await files.StageAsync(new MemoryStream(new byte[MountBytes / 2]), MountBytes, CancellationToken.None);
        Assert.That(() => files.Publish(small!, s_id, ImageFormat.Png), Throws.Nothing);
    }

    [Test]
    public async Task StageAndPublish_WhenDiskIsReadOnly_SayThatAndNotThatTheNameIsTaken()
    {
        var files = OnSmallDisk();
        var staged = (await files.StageAsync(new MemoryStream([1]), 10, CancellationToken.None))!;

        // Nothing may be open for writing when the disk turns read-only, so the staged file is let go as far as the test can.
        Assert.That(Run("mount", "-o", "remount,ro", _root.FullPath) == 0, Is.False, "A file held for writing keeps the disk writable.");
        staged.Dispose();
        Assert.That(Run("mount", "-o", "remount,ro", _root.FullPath), Is.Zero);

        Assert.That(
            async () => await files.StageAsync(new MemoryStream([1]), 10, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("read-only"));
        Assert.That(() => new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath }), Throws.TypeOf<LocalStorageException>()
            .With.Message.Contains("DATA_ROOT"));
        Assert.That(files.Find(s_id, ImageFormat.Png), Is.Null);
    }

    [Test]
    public async Task RemoveAbandonedStaging_WhenAnotherProcessHoldsAFile_WaitsForItsEnd()
    {
        var files = new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath });
        var held = Path.Join(_root.FullPath, "character_reference", ".staging", "of-another-process.part");
        await File.WriteAllBytesAsync(held, [1]);
        using var other = Start("flock", "--shared", held, "cat");
        if (other is null)
        {
            Assert.Ignore("The flock command is not installed.");
        }

        await Condition.UntilAsync(() => IsLocked(held));
        Assert.That(files.RemoveAbandonedStaging(), Is.Zero);
        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync();

        var removed = 0;
        await Condition.UntilAsync(() => (removed = files.RemoveAbandonedStaging()) > 0);
        Assert.That(removed, Is.EqualTo(1));
        Assert.That(held, Does.Not.Exist);
    }

    private static bool IsLocked(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static Process? Start(string command, params string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static int Run(string command, params string[] arguments)
    {
        using var process = Start(command, arguments);
        process?.WaitForExit();
        return process?.ExitCode ?? -1;
    }

    private LocalReferenceFiles OnSmallDisk()
    {
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _root.FullPath) == 0;
        if (!_isMounted)
        {
            Assert.Ignore("Mounting a small tmpfs needs the right to mount (root, or CAP_SYS_ADMIN in a container).");
        }

        return new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath });
    }

    private string[] StagedNames() => Directory.GetFiles(Path.Join(_root.FullPath, "character_reference", ".staging"));
}
