using System.Diagnostics;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Scripts;

/// <summary>The programs in docs/scripts, compiled and run as docs/in-process.md says. One at a time: they build the same projects.</summary>
[Category("Integration")]
[Parallelizable(ParallelScope.Self)]
internal sealed partial class ScriptTests
{
    [Test]
    public async Task PersistReference_WhenRun_StoresOneImageTwice()
    {
        using var root = new TempDirectory();

        var output = await RunAsync("persist-reference.cs", root);

        var match = PersistOutput().Match(output);
        Assert.That(match.Success, output);
        var (id, alone, inJob) = (match.Groups["id"].Value, match.Groups["alone"].Value, match.Groups["job"].Value);
        Assert.That(alone, Is.EqualTo($"character_references/{id}.png"));
        Assert.That(inJob, Is.EqualTo($"videos/robot-film/intermediate/character_reference/{id}.png"));
        Assert.That(File.ReadAllBytes(Stored(root, inJob)), Is.EqualTo(File.ReadAllBytes(Stored(root, alone))).And.Not.Empty);
    }

    [Test]
    public async Task AssociateReferences_WhenRun_PutsTwoImagesIntoTheWorkspace()
    {
        using var root = new TempDirectory();

        var output = await RunAsync("associate-references.cs", root);

        var names = AssociateOutput().Matches(output).Select(match => match.Groups["name"].Value).ToList();
        Assert.That(names, Has.Count.EqualTo(2).And.Unique, output);
        Assert.That(
            Directory.GetFiles(Path.Join(root.FullPath, "jobs", "knight-film", "character_reference")).Select(Path.GetFileName),
            Is.EquivalentTo(names));
    }

    [Test]
    public async Task JobWorkflow_WhenRun_RestoresEveryFileAsItWas()
    {
        using var root = new TempDirectory();

        var output = await RunAsync("job-workflow.cs", root);

        Assert.That(output, Does.Match(WorkflowOutput()));
    }

    private static string Stored(TempDirectory root, string key) => Path.Join(root.FullPath, "outputs", "storage", key);

    /// <summary>Runs a script in a directory without a <c>.env</c>, on the defaults that it has itself.</summary>
    private static Task<string> RunAsync(string script, TempDirectory root)
    {
        var start = new ProcessStartInfo("dotnet", ["run", RepositoryFiles.PathOf($"docs/scripts/{script}"), "--", root.FullPath])
        {
            WorkingDirectory = root.FullPath,
        };

        // The run of the tests may have told its own processes where its build is.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // No process may be left behind that holds the ends of our pipes.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        // What the solution locks is audited there; here it would need the network.
        start.Environment["NuGetAudit"] = "false";
        return CommandLine.RunAsync(start);
    }

    [GeneratedRegex(@"^drawn: (?<id>\S+)\nstored: /api/mv/storage/(?<alone>\S+)\?\S+\nstored for robot-film: /api/mv/storage/(?<job>\S+)\?\S+\n$")]
    private static partial Regex PersistOutput();

    [GeneratedRegex(@"^[01]: jobs/knight-film/character_reference/(?<name>\S+)\n   /api/mv/storage/\S+\?\S+\n", RegexOptions.Multiline)]
    private static partial Regex AssociateOutput();

    [GeneratedRegex(@"^drawn: 2\nassociated: 2\nuploaded: 3, skipped: 2, failed: 0\nfinal video: \S+/final/pirate-film\.mp4\?\S+\n(character reference: /api/mv/storage/\S+\n){2}restored: 5, skipped: 0, failed: 0\nsame hash: 5 of 5\n$")]
    private static partial Regex WorkflowOutput();
}
