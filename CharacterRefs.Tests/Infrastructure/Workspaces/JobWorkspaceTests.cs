using System.Text;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Unit")]
internal sealed class JobWorkspaceTests
{
    private static readonly DateTimeOffset s_written = new(2024, 2, 29, 12, 30, 15, 123, TimeSpan.Zero);

    private WorkspaceScene _scene = null!;

    private string[] StagedNames => Directory.GetFiles(Path.Join(_scene.Root, WorkspacePaths.StagingName));

    [SetUp]
    public void SetUp() => _scene = new WorkspaceScene();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public void List_WhenThereAreEntriesOfEveryKind_SeparatesTheSetFromTheRest()
    {
        foreach (var name in new[] { "final/movie.mp4", "scenes/b/2.png", "scenes/a.png", "scenes/.DS_Store", "audio/\U0001F3B5.mp3", "audio/\uFFFC.mp3",
            "metadata.json", "script.json" })
        {
            _scene.Write(name);
        }

        foreach (var name in new[] { "notes.txt", "cache/deep/x.bin", "Final/other.mp4", "uploads/trailing dot.", "uploads/c\nd.txt" })
        {
            _scene.Write(name);
        }

        Directory.CreateDirectory(_scene.Locate("uploads/empty/folders"));

        var listing = _scene.Open().List(CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                listing.Files.Select(file => file.Path.Value),
                Is.EqualTo(["audio/\uFFFC.mp3", "audio/\U0001F3B5.mp3", "final/movie.mp4", "metadata.json", "scenes/.DS_Store", "scenes/a.png",
                    "scenes/b/2.png", "script.json"]));
            Assert.That(listing.Ignored, Is.EqualTo(["Final/", "cache/", "notes.txt"]));
            Assert.That(listing.Refused.Select(entry => entry.Path), Is.EqualTo(["uploads/c\nd.txt", "uploads/trailing dot."]));
            Assert.That(listing.Refused[0].Reason, Does.Contain("control characters"));
            Assert.That(listing.Refused[1].Reason, Does.Contain("dot or a space"));
            Assert.That(listing.Files, Is.All.Property(nameof(WorkspaceFile.SizeBytes)).EqualTo(7).And.Property(nameof(WorkspaceFile.Stamp)).Not.Null);
        }
    }

    [Test]
    public void List_WhenTheWorkspaceIsAbsent_IsEmptyAndMakesNothing()
    {
        var workspace = _scene.Open();

        Assert.That(workspace.Exists, Is.False);
        Assert.That(workspace.List(CancellationToken.None), Has.Property("Files").Empty.And.Property("Ignored").Empty.And.Property("Refused").Empty);
        Assert.That(Directory.GetFileSystemEntries(_scene.Root), Is.Empty);
        Assert.That(workspace.Find(WorkspaceScene.PathOf("final/a.png")), Is.Null);
    }

    [Test]
    public void List_WhenFoldersGoDeeperThanAnyPath_NamesThemAndEnds()
    {
        var folder = _scene.Locate("scenes");
        for (var depth = 0; depth < 20; depth++)
        {
            folder = Path.Join(folder, new string((char)('a' + depth), 100));
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "a.png"), "x");
        _scene.Write("scenes/z.png");

        var listing = _scene.Open().List(CancellationToken.None);

        Assert.That(listing.Files.Select(file => file.Path.Value), Is.EqualTo(["scenes/z.png"]));
        Assert.That(listing.Refused, Has.Count.EqualTo(1));
        Assert.That(listing.Refused[0].Path, Does.EndWith("/"));
        Assert.That(listing.Refused[0].Reason, Does.Contain("800"));
    }

    [Test]
    public void List_WhenGivenUp_Stops()
    {
        _scene.Write("final/a.png");

        Assert.That(() => _scene.Open().List(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(1.9, false)]
    [TestCase(2.1, true)]
    public void Find_WhenWrittenAMomentAgo_GivesNoStamp(double secondsLater, bool hasStamp)
    {
        var path = _scene.Write("final/a.png");
        File.SetLastWriteTimeUtc(path, s_written.UtcDateTime); // the time of change is the real one
        _scene.Clock.AdjustTime(TimeProvider.System.GetUtcNow().AddSeconds(secondsLater));

        var file = _scene.Open().Find(WorkspaceScene.PathOf("final/a.png"))!;

        Assert.That(file.ModifiedAt, Is.EqualTo(s_written));
        Assert.That(file.Stamp is not null, Is.EqualTo(hasStamp));
        Assert.That(_scene.Open().IsUnchanged(file), Is.True);
    }

    [Test]
    public void ToFile_AfterAnotherBoot_GivesAnotherStampToWhatLooksTheSame()
    {
        var entry = new Entry(EntryKind.File, 7, s_written, s_written, "as it was");

        var stamps = new[] { "one", "one", "two", null }.Select(
            boot => new WorkspaceClock(_scene.Clock, boot).ToFile(WorkspaceScene.PathOf("final/a.png"), entry).Stamp);

        Assert.That(stamps.Distinct().Count(), Is.EqualTo(3));
        Assert.That(new WorkspaceClock(_scene.Clock).TrustsOnlyTheDisk, Is.EqualTo(!OperatingSystem.IsLinux()));
    }

    [Test]
    public void Find_WhenTheTimeIsInTheFuture_GivesNoStamp()
    {
        File.SetLastWriteTimeUtc(_scene.Write("final/a.png"), _scene.Clock.GetUtcNow().AddDays(1).UtcDateTime);

        Assert.That(_scene.Open().Find(WorkspaceScene.PathOf("final/a.png"))?.Stamp, Is.Null);
    }

    [Test]
    public async Task OpenRead_WhenItIsWhatWasFound_GivesTheBytesFromAnywhere()
    {
        _scene.Write("scenes/deep/a.txt", "0123456789");
        var workspace = _scene.Open();
        var file = workspace.Find(WorkspaceScene.PathOf("scenes/deep/a.txt"))!;

        Assert.That(await WorkspaceScene.ReadAsync(workspace, file), Is.EqualTo("0123456789"));
        await using var stream = workspace.OpenRead(file);
        Assert.That(stream.Seek(-3, SeekOrigin.End), Is.EqualTo(7));
        Assert.That(stream.ReadByte(), Is.EqualTo('7'));
        Assert.That(stream.Length, Is.EqualTo(10));
    }

    [TestCase("written")]
    [TestCase("touched")]
    [TestCase("replaced")]
    [TestCase("removed")]
    [TestCase("a folder")]
    [TestCase("a link")]
    public void OpenRead_WhenAnotherEntryHasTheNameNow_SaysThatItChanged(string now)
    {
        var path = _scene.Write("final/a.png", "one");
        var workspace = _scene.Open();
        var file = workspace.Find(WorkspaceScene.PathOf("final/a.png"))!;
        var modified = File.GetLastWriteTimeUtc(path);
        switch (now)
        {
            case "written":
                File.WriteAllText(path, "longer");
                break;
            case "touched":
                File.SetLastWriteTimeUtc(path, modified.AddSeconds(1));
                break;
            case "replaced":
                // Same length, same time of writing, other bytes: another file all the same.
                File.WriteAllText(path + ".new", "two");
                File.SetLastWriteTimeUtc(path + ".new", modified);
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }

        if (now == "a folder")
        {
            Directory.CreateDirectory(path);
        }
        else if (now == "a link")
        {
            File.CreateSymbolicLink(path, Path.Join(_scene.Outside, "secret.png"));
        }

        Assert.That(() => workspace.OpenRead(file), Throws.TypeOf<WorkspaceFileChangedException>().With.Message.Contains("final/a.png"));
        Assert.That(workspace.IsUnchanged(file), Is.False);
    }

    [Test]
    public async Task Publish_WhenTheNameIsFree_MakesItsFoldersAndSetsTheTime()
    {
        var workspace = _scene.Open("batch/one");

        await WorkspaceScene.PublishAsync(workspace, "scenes/deep/er/a.png", "bytes", s_written);

        var file = workspace.Find(WorkspaceScene.PathOf("scenes/deep/er/a.png"));
        Assert.That(file?.ModifiedAt, Is.EqualTo(s_written));
        Assert.That(await File.ReadAllTextAsync(Path.Join(_scene.Root, "batch/one/scenes/deep/er/a.png")), Is.EqualTo("bytes"));
        Assert.That(StagedNames, Is.Empty);
    }

    [Test]
    public async Task Publish_WhenAFileHasTheName_ReplacesItWhileReadersKeepTheirs()
    {
        _scene.Write("final/a.png", "old");
        var workspace = _scene.Open();
        await using var reader = workspace.OpenRead(workspace.Find(WorkspaceScene.PathOf("final/a.png"))!);

        await WorkspaceScene.PublishAsync(workspace, "final/a.png", "new", s_written);

        Assert.That(await File.ReadAllTextAsync(_scene.Locate("final/a.png")), Is.EqualTo("new"));
        Assert.That(new StreamReader(reader).ReadToEnd(), Is.EqualTo("old"));
    }

    [TestCase("final/a.png", true, "a folder has its name")]
    [TestCase("final", false, "\"final\" is a file where a folder should be")]
    public void Publish_WhenSomethingElseIsInTheWay_RejectsAndLeavesIt(string name, bool isFolder, string words)
    {
        var path = isFolder ? Directory.CreateDirectory(_scene.Locate(name)).FullName : _scene.Write(name);

        Assert.That(
            async () => await WorkspaceScene.PublishAsync(_scene.Open(), "final/a.png", "new", s_written),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains(words).And.Message.Contains("final/a.png").And.Message.Not.Contains(_scene.Top)
                .And.Property("IsObstructed").True);
        Assert.That(isFolder ? Directory.Exists(path) : File.Exists(path), Is.True);
        Assert.That(StagedNames, Is.Empty);
    }

    [Test]
    public async Task StageAsync_WhenTheContentIsTooLong_KeepsNothing()
    {
        Assert.That(await _scene.Open().StageAsync(new MemoryStream(new byte[11]), 10, CancellationToken.None), Is.Null);
        Assert.That(StagedNames, Is.Empty);
    }

    [Test]
    public void Delete_WhenThereIsAFile_RemovesItAndNothingElse()
    {
        _scene.Write("final/a.png");
        Directory.CreateDirectory(_scene.Locate("final/b.png"));
        var workspace = _scene.Open();

        workspace.Delete(WorkspaceScene.PathOf("final/a.png"));
        workspace.Delete(WorkspaceScene.PathOf("final/a.png"));
        workspace.Delete(WorkspaceScene.PathOf("final/b.png"));

        Assert.That(_scene.Locate("final/a.png"), Does.Not.Exist);
        Assert.That(_scene.Locate("final/b.png"), Does.Exist);
    }

    [Test]
    public async Task RemoveAbandoned_WhenAWriterIsGone_RemovesItsFilesOnly()
    {
        using var staged = await _scene.Open().StageAsync(new MemoryStream(Encoding.UTF8.GetBytes("living")), 100, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Join(_scene.Root, WorkspacePaths.StagingName, "left.part"), "dead");

        Assert.That(_scene.Staging.RemoveAbandoned(), Is.EqualTo(1));
        Assert.That(staged!.Path, Does.Exist);
    }

    [Test]
    public void WorkspaceFileStream_WhenTheDiskFails_ThrowsTheExceptionOfThePort()
    {
        // A handle that cannot be read stands for a disk that does not give the bytes.
        using var stream = new WorkspaceFileStream(File.OpenHandle(_scene.Write("final/a.png"), FileMode.Open, FileAccess.Write));

        Assert.That(() => stream.ReadByte(), Throws.TypeOf<LocalStorageException>());
        Assert.That(async () => await stream.ReadAsync(new byte[1]), Throws.TypeOf<LocalStorageException>());
    }
}
