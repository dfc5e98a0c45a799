using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Unit")]
internal sealed class JobsRootTests
{
    private WorkspaceScene _scene = null!;

    [SetUp]
    public void SetUp() => _scene = new WorkspaceScene();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public void Open_WhenNothingIsSaid_IsTheJobsOwn()
    {
        var workspace = _scene.Open();

        Assert.That(workspace.Name, Is.EqualTo("job-1"));
        Assert.That(Path.GetFullPath(workspace.RelativePath), Is.EqualTo(Path.Join(_scene.Root, "job-1")));
        Assert.That(JobId.TryParse(WorkspacePaths.StagingName, out _), Is.False);
    }

    [TestCase("a", "a")]
    [TestCase("./a//b/", "a/b")]
    [TestCase("a/../b", "b")]
    [TestCase("../jobs/a", "a")]
    [TestCase("{root}/a/b", "a/b")]
    [TestCase("{root}/../jobs/./a", "a")]
    [TestCase("/..{root}/a", null)]
    [TestCase("\uFF0E\uFF0E\uFF0Fa", "\uFF0E\uFF0E\uFF0Fa")]
    [TestCase("a/.staging", "a/.staging")]
    [TestCase("", null)]
    [TestCase("/", null)]
    [TestCase(".", null)]
    [TestCase("a/..", null)]
    [TestCase("..", null)]
    [TestCase("../outside", null)]
    [TestCase("../jobs", null)]
    [TestCase("../jobs-2/a", null)]
    [TestCase("a/../../outside/final", null)]
    [TestCase("{root}", null)]
    [TestCase("{root}/", null)]
    [TestCase("{root}-2/a", null)]
    [TestCase("{root}/../outside", null)]
    [TestCase("{ROOT}/a", null)]
    [TestCase("/etc", null)]
    [TestCase("../../../../../../../../../../../../etc", null)]
    [TestCase(".staging", null)]
    [TestCase(".Staging/x", null)]
    [TestCase("a/../.staging/x", null)]
    [TestCase("~", null)]
    [TestCase("~root/a", null)]
    [TestCase("C:", null)]
    [TestCase("c:/jobs/a", null)]
    [TestCase("a\\..\\b", null)]
    [TestCase("a\0b", null)]
    [TestCase("a\n", null)]
    [TestCase("a.", null)]
    [TestCase("a /b", null)]
    [TestCase(" ", null)]
    [TestCase("...", null)]
    [Platform("Linux")]
    public void Open_WhenGivenAPath_TakesWhatIsStrictlyInside(string text, string? expected)
    {
        var path = text.Replace("{root}", _scene.Root, StringComparison.Ordinal).Replace("{ROOT}", _scene.Root.ToUpperInvariant(), StringComparison.Ordinal);

        var result = _scene.Workspaces.Open(WorkspaceScene.Job, path);

        Assert.That(result.Value?.Name, Is.EqualTo(expected));
        if (expected is null)
        {
            Assert.That(result.Error, Is.EqualTo(Error.Invalid("local_base_path", WorkspacePaths.Rule)));
            Assert.That(result.Error!.Detail, Does.Contain("JOBS_ROOT").And.Contain("tilde").And.Contain("drive").And.Not.Contain(_scene.Top));
        }
    }

    [Test]
    public void Open_WhenThePathIsLong_TakesUpToTheLimit()
    {
        var names = string.Join('/', Enumerable.Repeat(new string('a', 204), 5)); // 1,024 with their slashes

        Assert.That(_scene.Workspaces.Open(WorkspaceScene.Job, names).Value?.Exists, Is.False);
        Assert.That(_scene.Workspaces.Open(WorkspaceScene.Job, names + "a").Error, Is.Not.Null);
        Assert.That(_scene.Workspaces.Open(WorkspaceScene.Job, new string('a', 256)).Error, Is.Not.Null);
    }

    [TestCase("job-1", null, "job_id")]
    [TestCase("a", "a/b", "local_base_path")]
    [TestCase("a/b", "a/b", "local_base_path")]
    public void Open_WhenALinkIsOnTheWay_RejectsWhatNamedIt(string link, string? localBasePath, string field)
    {
        var path = Path.Join(_scene.Root, link);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateSymbolicLink(path, _scene.Outside);

        var error = _scene.Workspaces.Open(WorkspaceScene.Job, localBasePath).Error;

        Assert.That(error?.Field, Is.EqualTo(field));
        Assert.That(error!.Detail, Does.Contain("a link").And.Not.Contain(_scene.Top));
    }

    [Test]
    public void Open_WhenAFileHasTheName_RejectsIt()
    {
        File.WriteAllText(Path.Join(_scene.Root, "job-1"), "");

        Assert.That(_scene.Workspaces.Open(WorkspaceScene.Job, null).Error?.Detail, Is.EqualTo("\"job-1\" is a file where a folder should be."));
    }

    [Test]
    public async Task Open_WhenTheRootIsALink_FollowsItAndTakesBothNames()
    {
        var link = Path.Join(_scene.Top, "link");
        Directory.CreateSymbolicLink(link, "jobs");
        using var linked = new WorkspaceScene(link);

        await WorkspaceScene.PublishAsync(linked.Open($"{link}/a"), "final/a.png", "new", default);

        Assert.That(Path.Join(_scene.Root, "a/final/a.png"), Does.Exist);
        Assert.That(linked.Open($"{_scene.Root}/a").Name, Is.EqualTo("a"));
        Assert.That(Path.GetFullPath(linked.Open("a").RelativePath), Is.EqualTo(Path.Join(link, "a")));
    }

    [Test]
    public async Task Open_WhenTheRootDoesNotExistYet_MakesItForTheFirstFile()
    {
        var root = Path.Join(_scene.Top, "later", "jobs");
        var paths = new WorkspacePaths(new JobsRootOptions { Path = root });
        var workspaces = new JobsRoot(paths, new WorkspaceStaging(paths), new WorkspaceClock(_scene.Clock));
        var workspace = workspaces.Open(WorkspaceScene.Job, null).Value!;
        Assert.That(workspace.Exists, Is.False);
        Assert.That(root, Does.Not.Exist);

        await WorkspaceScene.PublishAsync(workspace, "metadata.json", "{}", default);

        Assert.That(Path.Join(root, "job-1", "metadata.json"), Does.Exist);
    }
}
