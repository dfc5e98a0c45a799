using System.Diagnostics;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Scripts;

/// <summary>
/// Compiles and runs the programs in docs/scripts as docs/in-process.md describes. They run one at a time because they build the same projects.
/// </summary>
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
        var (id, standalone, inJob) = (match.Groups["id"].Value, match.Groups["standalone"].Value, match.Groups["job"].Value);
        Assert.That(standalone, Is.EqualTo($"character_references/{id}.png"));
        Assert.That(inJob, Is.EqualTo($"videos/robot-film/intermediate/character_reference/{id}.png"));
        Assert.That(File.ReadAllBytes(Stored(root, inJob)), Is.EqualTo(File.ReadAllBytes(Stored(root, standalone))).And.Not.Empty);
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

    /// <summary>Runs a script with its own defaults, in a directory without <c>.env</c>.</summary>
    private static Task<string> RunAsync(string script, TempDirectory root)
    {
        var start = new ProcessStartInfo("dotnet", ["run", RepositoryFiles.PathOf($"docs/scripts/{script}"), "--", root.FullPath])
        {
            WorkingDirectory = root.FullPath,
        };

        // dotnet test sets MSBUILD variables that would point to its own build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // A build server that survives the script would keep our pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        // The solution audits the same packages; an audit here would need the network.
        start.Environment["NuGetAudit"] = "false";
        return CommandLine.RunAsync(start);
    }

    [GeneratedRegex(@"^generated: (?<id>\S+)\nstored: /api/mv/storage/(?<standalone>\S+)\?\S+\nstored for robot-film: /api/mv/storage/(?<job>\S+)\?\S+\n$")]
    private static partial Regex PersistOutput();

    [GeneratedRegex(@"^[01]: jobs/knight-film/character_reference/(?<name>\S+)\n   /api/mv/storage/\S+\?\S+\n", RegexOptions.Multiline)]
    private static partial Regex AssociateOutput();

    [GeneratedRegex(@"^generated: 2\nassociated: 2\nuploaded: 3, skipped: 2, failed: 0\n"
        + @"final video: \S+/final/pirate-film\.mp4\?\S+\n"
        + @"(character reference: /api/mv/storage/\S+\n){2}restored: 5, skipped: 0, failed: 0\nsame hash: 5 of 5\n$")]
    private static partial Regex WorkflowOutput();
}
