using System.Text;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support.Scenes;
using FsCheck;
using FsCheck.Fluent;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

/// <summary>Whatever ids, paths and links there are, nothing beside <c>JOBS_ROOT</c> is read, written, made or removed.</summary>
[Category("Integration")]
internal sealed class WorkspaceSafetyTests
{
    private static readonly string[] s_names = ["job-1", "a", "final", "scenes", "a.png"];

    // Pieces that matter, so that paths which are nearly inside, and such as meet a planted link, are common.
    private static readonly Gen<string> s_base = Gen.OneOf(
        Gen.Elements(s_names).NonEmptyListOf().Select(names => string.Join('/', names.Take(3))),
        Gen.Elements("a", "..", ".", "", "/", "job-1", "jobs", "outside", "final", "\\", "..\\", "~", "C:", "\0", " ", "a.", "JOBS", "\uFF0E\uFF0E",
            "..\uFF0F", "\u2024\u2024",
            "%2e%2e", ".staging", "{root}", "{root}-2", "{outside}", "\ud800", "e\u0301").ListOf().Select(pieces => string.Join('/', pieces)),
        Gen.Elements("..", "/", "\\", ".", "a", "outside", "{root}").ListOf().Select(string.Concat));

    private static readonly Gen<Plant> s_plant =
        from names in Gen.Elements(s_names).NonEmptyListOf()
        from kind in Gen.Elements(
            "file", "folder", "folder", "{outside}", "{outside}/final", "{outside}/secret.png", "..", "../..", "../../outside", "nothing", "{root}/job-1")
        select new Plant(string.Join('/', names.Take(4)), kind);

    private static readonly Gen<Scenario> s_scenario =
        from plants in s_plant.ListOf()
        from isDefault in Gen.Elements(true, false)
        from localBasePath in s_base
        select new Scenario([.. plants], isDefault ? null : localBasePath);

    [Test]
    public void Calls_WhenPathsAndLinksAreHostile_NeverLeaveTheRoot()
    {
        var opened = 0;
        var obstructed = 0;
        Prop.ForAll(s_scenario.ToArbitrary(), scenario =>
        {
            using var scene = new WorkspaceScene();
            foreach (var plant in scenario.Plants)
            {
                plant.Make(scene);
            }

            var before = scene.Surroundings();
            var localBasePath = scenario.LocalBasePath is null ? null : Fill(scenario.LocalBasePath, scene);
            if (scene.Workspaces.Open(WorkspaceScene.Job, localBasePath).Value is { } workspace)
            {
                opened++;
                obstructed += Use(workspace);
                Assert.That(Path.GetFullPath(workspace.RelativePath), Is.EqualTo($"{scene.Root}/{workspace.Name}"));
            }

            Assert.That(scene.Surroundings(), Is.EqualTo(before));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

        // Otherwise the scenarios would have met nothing.
        Assert.That(opened, Is.GreaterThan(30));
        Assert.That(obstructed, Is.GreaterThan(5));
    }

    [Test]
    public void JobIds_WhenGivenAnything_NameADirectoryInTheRoot()
    {
        using var scene = new WorkspaceScene();
        var piece = Gen.Elements("a", "..", ".", "/", "\\", "\0", " ", "~", "C:", "-", "_", ".staging", "\uFF0E", "\n", "e\u0301");

        Prop.ForAll(piece.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            if (JobId.TryParse(text, out var id))
            {
                Assert.That(scene.Workspaces.Open(id, null).Value?.Name, Is.EqualTo(text));
                Assert.That(Path.GetFullPath(Path.Join(scene.Root, text)), Is.EqualTo($"{scene.Root}/{text}").And.Not.Contain(".staging/"));
                Assert.That(text, Does.Not.StartWith("."));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    [Platform("Linux")]
    public async Task Calls_WhenAFolderKeepsBecomingALink_NeverFollowIt()
    {
        using var scene = new WorkspaceScene();
        scene.Write("final/a.png", "mine");
        Directory.CreateSymbolicLink(scene.Locate("link"), Path.Join(scene.Outside, "final"));
        var before = scene.Surroundings();
        using var done = new CancellationTokenSource();
        var swapping = Task.Run(() => Swap(scene, done.Token));

        for (var round = 0; round < 40; round++)
        {
            Use(scene.Open());
        }

        await done.CancelAsync();
        Assert.That(await swapping, Is.GreaterThan(40));
        Assert.That(scene.Surroundings(), Is.EqualTo(before));
    }

    [Test]
    [Platform("Linux")]
    public async Task Publish_WhenTheStagingDirectoryWasReplacedByALink_PublishesWhatWasStaged()
    {
        using var scene = new WorkspaceScene();
        var workspace = scene.Open();
        var staging = Path.Join(scene.Root, ".staging");
        using (var staged = await workspace.StageAsync(new MemoryStream("mine"u8.ToArray()), 10, CancellationToken.None))
        {
            Directory.Move(staging, staging + "-aside");
            Directory.CreateSymbolicLink(staging, scene.Outside);
            await File.WriteAllTextAsync(Path.Join(scene.Outside, Path.GetFileName(staged!.Path)), "theirs");

            workspace.Publish(staged, WorkspaceScene.PathOf("final/a.png"), scene.Clock.GetUtcNow());
        }

        Assert.That(await File.ReadAllTextAsync(scene.Locate("final/a.png")), Is.EqualTo("mine"));
        Assert.That(Directory.GetFiles(staging + "-aside"), Is.Empty);
        Assert.That(Directory.GetFiles(scene.Outside), Has.Length.EqualTo(2));
    }

    /// <summary>Puts a link in the folder's place and takes it away again, whatever others make there in between.</summary>
    /// <returns>How often.</returns>
    private static int Swap(WorkspaceScene scene, CancellationToken cancellationToken)
    {
        var swaps = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (Directory.Exists(scene.Locate("aside")))
                {
                    Directory.Delete(scene.Locate("aside"), recursive: true);
                }

                DurableRename.Replace(scene.Locate("final"), scene.Locate("aside"));
                DurableRename.Replace(scene.Locate("link"), scene.Locate("final"));
                swaps++;
                DurableRename.Replace(scene.Locate("final"), scene.Locate("link"));
                DurableRename.Replace(scene.Locate("aside"), scene.Locate("final"));
            }
            catch (IOException)
            {
                // The workspace made a folder or a file meanwhile; the next round begins with what is there.
            }
        }

        return swaps;
    }

    private static string Fill(string text, WorkspaceScene scene) =>
        text.Replace("{root}", scene.Root, StringComparison.Ordinal).Replace("{outside}", scene.Outside, StringComparison.Ordinal);

    /// <summary>Does everything that a workspace can.</summary>
    /// <returns>How often something was in the way.</returns>
    private static int Use(IJobWorkspace workspace)
    {
        var obstructed = 0;
        var listing = workspace.List(CancellationToken.None);
        foreach (var file in listing.Files)
        {
            Try(() => Assert.That(Read(workspace, file), Does.Not.Contain(WorkspaceScene.Secret)));
        }

        foreach (var name in new[] { "final/a.png", "final/a/a.png", "scenes/secret.png", "scenes/final/a.png", "metadata.json" })
        {
            var path = WorkspaceScene.PathOf(name);
            if (workspace.Find(path) is { } found)
            {
                Try(() => Assert.That(Read(workspace, found), Does.Not.Contain(WorkspaceScene.Secret)));
            }

            Try(() =>
            {
                using var staged = workspace.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes("mine")), 100, CancellationToken.None).GetAwaiter().GetResult();
                workspace.Publish(staged!, path, default);
            });
            Try(() => workspace.Delete(path));
        }

        return obstructed + listing.Refused.Count;

        void Try(Action act)
        {
            try
            {
                act();
            }
            catch (Exception error) when (error is LocalStorageException or WorkspaceFileChangedException)
            {
                obstructed++;
            }
        }
    }

    private static string Read(IJobWorkspace workspace, WorkspaceFile file)
    {
        using var reader = new StreamReader(workspace.OpenRead(file));
        return reader.ReadToEnd();
    }

    private sealed record Scenario(IReadOnlyList<Plant> Plants, string? LocalBasePath);

    private sealed record Plant(string At, string Kind)
    {
        public void Make(WorkspaceScene scene)
        {
            var names = At.Split('/');
            var parents = Enumerable.Range(1, names.Length - 1).Select(count => Path.Join(scene.Root, string.Join('/', names.Take(count)))).ToList();
            var path = Path.Join(scene.Root, At);
            if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null
                || parents.Any(parent => new FileInfo(parent).LinkTarget is not null || File.Exists(parent)))
            {
                return; // what is planted must not go through a link either
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            switch (Kind)
            {
                case "file":
                    File.WriteAllText(path, "mine");
                    break;
                case "folder":
                    Directory.CreateDirectory(path);
                    break;
                default:
                    File.CreateSymbolicLink(path, Fill(Kind, scene));
                    break;
            }
        }
    }
}
