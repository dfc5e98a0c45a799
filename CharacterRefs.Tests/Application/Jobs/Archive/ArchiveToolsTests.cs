using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;

namespace CharacterRefs.Tests.Application.Jobs.Archive;

/// <summary>What programs of others make of an archive.</summary>
[Category("Integration")]
internal sealed class ArchiveToolsTests
{
    private const long FiveGiB = 5L << 30;
    private const int Scenes = 66_000;

    private readonly TempDirectory _directory = new();

    [TearDown]
    public void Remove() => _directory.Dispose();

    [Test]
    public async Task Archive_WhenGivenToUnzip_IsGood()
    {
        var (path, _) = await WriteAsync();

        Assert.That(await CommandLine.RunAsync("unzip", "-t", path), Does.Contain("No errors detected"));
    }

    [Test]
    public async Task Archive_WhenUnpackedByPython_IsTheSetUnderItsNames()
    {
        var (path, contents) = await WriteAsync();

        await PythonAsync("assert archive.testzip() is None; archive.extractall(sys.argv[2])", path, Path.Join(_directory.FullPath, "workspace"));

        var unpacked = Directory.EnumerateFiles(Path.Join(_directory.FullPath, "workspace"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(Path.Join(_directory.FullPath, "workspace"), file), File.ReadAllBytes);
        Assert.That(unpacked, Is.EquivalentTo(contents));
    }

    [Test]
    public async Task Archive_WhenBeyond4GiBAnd65535Files_IsReadByUnzipAndPython()
    {
        var path = await WriteLongAsync();

        await PythonAsync(
            """
            assert len(archive.infolist()) == 66003, len(archive.infolist())
            assert archive.getinfo("final/film.mp4").file_size == 5 << 30
            assert archive.read("scenes/65999.txt") == b"x"
            assert archive.read("uploads/last.txt") == b"last"
            """,
            path);
        Assert.That(await CommandLine.RunAsync("unzip", "-t", path, "scenes/65999.txt", "uploads/last.txt"), Does.Contain("No errors detected"));
    }

    private static Task<string> PythonAsync(string script, params string[] arguments) =>
        CommandLine.RunAsync("python3", ["-c", $"import sys, zipfile\narchive = zipfile.ZipFile(sys.argv[1])\n{script}", .. arguments]);

    private async Task<(string Path, Dictionary<string, byte[]> Contents)> WriteAsync()
    {
        var contents = AJobSet.Names.Select((name, seed) => (name, Bytes: AJobSet.Bytes(seed * 100_000, seed))).ToDictionary();
        var store = new MemoryAssets();
        var files = contents.Select(item => AJobSet.Asset(item.Key, item.Value)).ToList();
        files.ForEach(file => store.Put(file.Key, contents[file.Path.Value]));
        var path = Path.Join(_directory.FullPath, "set.zip");
        await using var content = new JobArchive(AJobSet.Manifest(files), store, new ArchiveFiles(store)).Open();
        await using var file = File.Create(path);
        await content.CopyToAsync(file);
        return (path, contents);
    }

    /// <summary>With a hole where the film would be.</summary>
    private async Task<string> WriteLongAsync()
    {
        var film = AJobAsset.At("final/film.mp4") with { SizeBytes = FiveGiB };
        var scenes = Enumerable.Range(0, Scenes).Select(number => AJobSet.Asset($"scenes/{number:D5}.txt", "x"u8.ToArray()));
        JobAsset[] files = [film, .. scenes, AJobSet.Asset("uploads/last.txt", "last"u8.ToArray())];
        var layout = new ArchiveLayout([AJobSet.Asset("audio/first.txt", "x"u8.ToArray()), .. files]);
        var path = Path.Join(_directory.FullPath, "long.zip");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        for (var part = layout.PartAt(0); ; part = layout.PartAt(part.End))
        {
            file.Position = part.Start;
            file.Write(part.Asset is null ? part.Record.Span : part.Length == 1 ? "x"u8 : part.Length == 4 ? "last"u8 : []);
            if (part.End == layout.Length)
            {
                return path;
            }
        }
    }
}
