using System.Diagnostics;
using System.Net.Sockets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

/// <summary>What is no plain file, each kind made for real.</summary>
[Category("Integration")]
[Platform("Linux")]
internal sealed class SpecialFilesTests
{
    private WorkspaceScene _scene = null!;

    [SetUp]
    public void SetUp() => _scene = new WorkspaceScene();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [TestCase("pipe", "scenes/deep/a.png", "scenes/deep/a.png", "a pipe")]
    [TestCase("socket", "scenes/a.png", "scenes/a.png", "a socket")]
    [TestCase("device", "audio/a.mp3", "audio/a.mp3", "a device")]
    [TestCase("link to file", "scenes/a.png", "scenes/a.png", "a link")]
    [TestCase("link to folder", "scenes/deep", "scenes/deep", "a link")]
    [TestCase("link to nothing", "uploads/a.png", "uploads/a.png", "a link")]
    [TestCase("link to file", "metadata.json", "metadata.json", "a link")]
    [TestCase("pipe", "script.json", "script.json", "a pipe")]
    [TestCase("link to folder", "final", "final", "a link")]
    [TestCase("socket", "other", null, null)]
    [TestCase("link to folder", "other", null, null)]
    public void List_WhenSomethingIsNoPlainFile_RejectsItByNameAndOpensNothing(string kind, string name, string? refused, string? words)
    {
        using var made = Make(kind, name);
        _scene.Write("scenes/plain.png");
        var workspace = _scene.Open();

        var listing = workspace.List(CancellationToken.None);

        Assert.That(listing.Files.Select(file => file.Path.Value), Is.EqualTo(["scenes/plain.png"]));
        Assert.That(listing.Ignored, refused is null ? Is.EqualTo([name]) : Is.Empty);
        Assert.That(listing.Refused.Select(entry => entry.Path), refused is null ? Is.Empty : Is.EqualTo([refused]));
        Assert.That(listing.Refused.Select(entry => entry.Reason), Is.All.Contains(words ?? ""));
    }

    [TestCase("pipe")]
    [TestCase("socket")]
    [TestCase("device")]
    [TestCase("link to file")]
    [TestCase("link to nothing")]
    public void Calls_WhenSomethingIsNoPlainFile_NeitherTakeNorReplaceNorRemoveIt(string kind)
    {
        _scene.Write("final/a.png");
        var workspace = _scene.Open();
        var path = WorkspaceScene.PathOf("final/a.png");
        var before = workspace.Find(path)!;
        File.Delete(_scene.Locate("final/a.png"));
        using var made = Make(kind, "final/a.png");
        var surroundings = _scene.Surroundings();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(workspace.Find(path), Is.Null);
            Assert.That(() => workspace.OpenRead(before), Throws.TypeOf<WorkspaceFileChangedException>());
            Assert.That(() => workspace.OpenRead(before with { Fingerprint = null }), Throws.TypeOf<WorkspaceFileChangedException>());
            Assert.That(async () => await WorkspaceScene.PublishAsync(workspace, "final/a.png", "new", default), Throws.TypeOf<LocalStorageException>()
                .With.Message.Contains("has its name").And.Property("IsObstructed").True);
            Assert.That(() => workspace.Delete(path), Throws.Nothing);
            Assert.That(Directory.GetFileSystemEntries(_scene.Locate("final")), Has.Length.EqualTo(1));
            Assert.That(_scene.Surroundings(), Is.EqualTo(surroundings));
        }
    }

    [Test]
    public void OpenFile_WhenAPipeTakesThePlaceAtTheLastMoment_DoesNotWaitForAWriter()
    {
        Run("mkfifo", MakeRoom("final/a.png"));
        using var folder = _scene.Paths.Reach("job-1/final").Folder!;
        using var held = LinuxEntries.Hold(null, _scene.Locate("final"))!;

        using var opened = LinuxEntries.OpenForReading(held, "a.png")!;

        Assert.That(LinuxEntries.Of(opened).Kind, Is.EqualTo(EntryKind.Pipe));
        Assert.That(folder.OpenFile("a.png"), Is.Null);
    }

    [Test]
    public void List_WhenANameIsNoUtf8_RejectsItInsteadOfLosingIt()
    {
        Directory.CreateDirectory(_scene.Locate("scenes"));
        Run("sh", "-c", "printf x > \"$0/$(printf 'a\\377')\"", _scene.Locate("scenes"));

        var listing = _scene.Open().List(CancellationToken.None);
        Run("rm", "-r", _scene.Locate("scenes")); // .NET cannot

        Assert.That(listing.Files, Is.Empty);
        Assert.That(listing.Refused.Select(entry => entry.Reason), Is.EqualTo(["The name must be valid UTF-8."]));
    }

    [Test]
    public void List_WhenAFileHasTwoNames_TakesBoth()
    {
        Run("ln", _scene.Write("scenes/a.png"), _scene.Locate("scenes/b.png"));

        Assert.That(_scene.Open().List(CancellationToken.None).Files.Select(file => file.Path.Value), Is.EqualTo(["scenes/a.png", "scenes/b.png"]));
    }

    [Test]
    public void StageAsync_WhenTheStagingDirectoryIsALink_WritesNothingThere()
    {
        Directory.CreateSymbolicLink(Path.Join(_scene.Root, WorkspacePaths.StagingName), _scene.Outside);
        File.WriteAllText(Path.Join(_scene.Outside, "of another.part"), "");
        var surroundings = _scene.Surroundings();

        Assert.That(
            async () => await _scene.Open().StageAsync(new MemoryStream([1]), 10, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("\".staging\" is a link"));
        Assert.That(_scene.Staging.RemoveAbandoned(), Is.Zero);
        Assert.That(_scene.Surroundings(), Is.EqualTo(surroundings));
    }

    [Test]
    public void HeldFolder_WhenItsPathBecomesALink_StaysWhereItWas()
    {
        _scene.Write("final/mine.png");
        using var folder = _scene.Paths.Reach("job-1/final").Folder!;
        Directory.Move(_scene.Locate("final"), _scene.Locate("moved"));
        Directory.CreateSymbolicLink(_scene.Locate("final"), Path.Join(_scene.Outside, "final"));

        Assert.That(folder.Names(), Is.EqualTo(["mine.png"]));
        Assert.That(folder.Find("a.png"), Is.Null);
        Assert.That(_scene.Paths.Reach("job-1/final").Obstacle, Is.EqualTo(EntryKind.Link));
    }

    [Test]
    public void HeldFolder_WhenItWasRemoved_HasNoNames()
    {
        _scene.Write("final/mine.png");
        using var folder = _scene.Paths.Reach("job-1/final").Folder!;
        Directory.Delete(_scene.Locate("final"), recursive: true);

        Assert.That(folder.Names(), Is.Empty);
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Assert.Ignore($"{command} does not work here: {process.StandardError.ReadToEnd()}");
        }
    }

    private Socket? Make(string kind, string name)
    {
        var path = MakeRoom(name);
        switch (kind)
        {
            case "pipe":
                Run("mkfifo", path);
                break;
            case "device":
                Run("mknod", path, "c", "1", "3"); // that of /dev/null
                break;
            case "socket":
                // Bound under a short path first: the longest one of a socket is 108 bytes.
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(Path.Join(_scene.Root, "s")));
                File.Move(Path.Join(_scene.Root, "s"), path);
                return socket;
            case "link to folder":
                Directory.CreateSymbolicLink(path, Path.Join(_scene.Outside, "final"));
                break;
            default:
                File.CreateSymbolicLink(path, Path.Join(_scene.Outside, kind == "link to file" ? "secret.png" : "nothing"));
                break;
        }

        return null;
    }

    private string MakeRoom(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_scene.Locate(name))!);
        return _scene.Locate(name);
    }
}
