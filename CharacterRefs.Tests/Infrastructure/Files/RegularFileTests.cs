using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Files;

[TestFixture]
internal sealed class RegularFileTests
{
    private TempDirectory _directory = null!;

    private string Path => System.IO.Path.Join(_directory.FullPath, "a file ü");

    [SetUp]
    public void CreateDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase(1)]
    [TestCase(-1)]
    public void Find_WhenThereIsAFile_ReadsWhatFileInfoReads(int hours)
    {
        File.WriteAllText(Path, "12345");
        File.SetLastWriteTimeUtc(Path, new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc).AddTicks(9));
        File.SetLastAccessTimeUtc(Path, File.GetLastWriteTimeUtc(Path).AddHours(hours));
        var expected = new FileInfo(Path);

        var file = RegularFile.Find(Path)!;

        Assert.That(file.SizeBytes, Is.EqualTo(expected.Length));
        Assert.That(file.LastModified.UtcDateTime, Is.EqualTo(expected.LastWriteTimeUtc));
        Assert.That(file.LastUsed.UtcDateTime, Is.EqualTo(hours > 0 ? expected.LastAccessTimeUtc : expected.LastWriteTimeUtc));
        Assert.That(file.Number, Is.EqualTo(LinuxStat.InodeOf(Path)));
    }

    [Test]
    public void Find_WhenThereIsNoRegularFile_ReturnsNull()
    {
        Assert.That(RegularFile.Find(Path), Is.Null);
        Assert.That(RegularFile.Find(_directory.FullPath), Is.Null);

        File.WriteAllText(Path, "");
        File.CreateSymbolicLink(Path + "2", Path);
        Assert.That(RegularFile.Find(Path + "2"), Is.Null);
        Assert.That(RegularFile.Find(System.IO.Path.Join(Path, "below a file")), Is.Null);
    }

    [Test]
    public void Find_WhenTheSystemCannotSay_Throws() =>
        Assert.That(() => RegularFile.Find(System.IO.Path.Join(_directory.FullPath, new string('x', 300))), Throws.InstanceOf<IOException>());
}
