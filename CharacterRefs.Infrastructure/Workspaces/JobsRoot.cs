using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The directories below <c>JOBS_ROOT</c>.</summary>
internal sealed class JobsRoot(WorkspacePaths paths, WorkspaceStaging staging, WorkspaceClock clock) : IJobsRoot
{
    private const string BasePath = "local_base_path";

    public IReadOnlyList<JobId> List() => DiskFault.Guard<IReadOnlyList<JobId>>("The workspaces could not be listed", () =>
        new DirectoryInfo(paths.Root) is { Exists: true } root
            ? [.. root.EnumerateDirectories()
                .Where(folder => folder.LinkTarget is null)
                .Select(folder => JobId.TryParse(folder.Name, out var id) ? id : default(JobId?))
                .OfType<JobId>()]
            : []);

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath)
    {
        if ((localBasePath is null ? jobId.ToString() : paths.ReadBase(localBasePath)) is not { } name)
        {
            return Error.Invalid(BasePath, WorkspacePaths.Rule);
        }

        var reached = DiskFault.Guard("The workspace could not be found", () => paths.Reach(name));
        using var folder = reached.Folder;
        return reached.Obstacle is null
            ? new JobWorkspace(paths, staging, clock, name)
            : Error.Invalid(localBasePath is null ? "job_id" : BasePath, reached.Describe()); // the field that the caller used
    }
}
