using System.Text;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Infrastructure.Workspaces;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>A real jobs directory, with something beside it that nobody may touch, and a clock for which every file is old.</summary>
internal sealed class WorkspaceScene : IDisposable
{
    public const string Secret = "nobody may read this";

    private readonly TempDirectory _directory = new();

    /// <param name="jobsRoot">Where the workspaces lie instead.</param>
    public WorkspaceScene(string? jobsRoot = null)
    {
        Root = jobsRoot ?? Path.Join(_directory.FullPath, "jobs");
        Outside = Path.Join(_directory.FullPath, "outside");
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Path.Join(Outside, "final"));
        File.WriteAllText(Path.Join(Outside, "secret.png"), Secret);
        File.WriteAllText(Path.Join(Outside, "final", "a.png"), Secret);
        Paths = new WorkspacePaths(new JobsRootOptions { Path = Root });
        Staging = new WorkspaceStaging(Paths);
        Workspaces = new JobsRoot(Paths, Staging, new WorkspaceClock(Clock));
    }

    public static JobId Job { get; } = JobId.TryParse("job-1", out var id) ? id : default;

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow().AddHours(1));

    public string Top => _directory.FullPath;

    public string Root { get; }

    public string Outside { get; }

    public WorkspacePaths Paths { get; }

    public WorkspaceStaging Staging { get; }

    public IJobsRoot Workspaces { get; }

    public static JobAssetPath PathOf(string text) => JobAssetPath.TryParse(text, out var path) ? path : throw new FormatException(text);

    public IJobWorkspace Open(string? localBasePath = null) =>
        Workspaces.Open(Job, localBasePath).Match(workspace => workspace, error => throw new AssertionException(error.Detail));

    /// <summary>Where a name of the job's workspace is.</summary>
    public string Locate(string name) => Path.Join(Root, Job.ToString(), name);

    /// <summary>Writes a file of the job's workspace.</summary>
    public string Write(string name, string content = "content")
    {
        var path = Locate(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public static async Task PublishAsync(IJobWorkspace workspace, string path, string content, DateTimeOffset modifiedAt)
    {
        using var staged = await workspace.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), 1_000_000, CancellationToken.None);
        workspace.Publish(staged!, PathOf(path), modifiedAt);
    }

    public static async Task<string> ReadAsync(IJobWorkspace workspace, WorkspaceFile file)
    {
        using var reader = new StreamReader(workspace.OpenRead(file));
        return await reader.ReadToEndAsync();
    }

    /// <summary>Everything beside the jobs directory: names, kinds, contents and times.</summary>
    public IReadOnlyList<string> Surroundings() =>
    [
        .. new DirectoryInfo(Top).EnumerateFileSystemInfos()
            .Where(entry => entry.FullName != Root)
            .SelectMany(entry => entry is DirectoryInfo { LinkTarget: null } folder
                ? folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Prepend(entry) : [entry])
            .Select(entry => $"{entry.FullName} {entry.Attributes} {entry.LinkTarget} {entry.LastWriteTimeUtc.Ticks} " +
                $"{(entry is FileInfo { LinkTarget: null } file ? File.ReadAllText(file.FullName) : "")}")
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => _directory.Dispose();
}
