using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Storage.LocalDisk;

[Category("Unit")]
internal sealed class LocalUrlKeyTests
{
    private TempDirectory _root = null!;

    [SetUp]
    public void SetUp() => _root = new TempDirectory();

    [TearDown]
    public void TearDown() => _root.Dispose();

    [Test]
    public void ReadOrCreate_WhenThereIsNone_CreatesOneReadableOnlyByTheOwner()
    {
        var root = Path.Join(_root.FullPath, "new");

        var key = LocalUrlKey.ReadOrCreate(new DataRootOptions { Path = root });

        Assert.That(key, Has.Length.EqualTo(32).And.Some.Not.Zero);
        Assert.That(Directory.GetFileSystemEntries(root), Is.EqualTo(new[] { Path.Join(root, "url-signing.key") }));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Path.Join(root, "url-signing.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public void ReadOrCreate_WhenThereIsOne_KeepsIt()
    {
        var first = ReadOrCreate();

        Assert.That(ReadOrCreate(), Is.EqualTo(first));
    }

    [Test]
    public void ReadOrCreate_WhenCalledConcurrently_ReturnsTheSameToAll()
    {
        for (var round = 0; round < 10; round++)
        {
            var keys = new byte[8][];
            using (var together = new Barrier(keys.Length))
            {
                var threads = Enumerable.Range(0, keys.Length).Select(number => new Thread(() =>
                {
                    together.SignalAndWait();
                    keys[number] = ReadOrCreate();
                })).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => thread.Join());
            }

            Assert.That(keys, Is.All.EqualTo(keys[0]));
            Assert.That(Directory.GetFileSystemEntries(_root.FullPath), Has.Length.EqualTo(1));
            File.Delete(Path.Join(_root.FullPath, "url-signing.key"));
        }
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void ReadOrCreate_WhenTheKeyIsDamaged_ThrowsAndLeavesIt(int bytes)
    {
        var path = _root.Write("url-signing.key", new byte[bytes]);

        Assert.That(ReadOrCreate, Throws.TypeOf<LocalStorageException>().With.Message.Contains("url-signing.key in DATA_ROOT is damaged"));
        Assert.That(new FileInfo(path).Length, Is.EqualTo(bytes));
    }

    [Test]
    public void ReadOrCreate_WhenTheDiskFails_NamesTheOperation()
    {
        var notADirectory = _root.Write("file", []);

        Assert.That(
            () => LocalUrlKey.ReadOrCreate(new DataRootOptions { Path = notADirectory }),
            Throws.TypeOf<LocalStorageException>().With.Message.StartsWith("The key for signed URLs could not be read or created"));
    }

    private byte[] ReadOrCreate() => LocalUrlKey.ReadOrCreate(new DataRootOptions { Path = _root.FullPath });
}
