using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The temporary files of all workspaces, in <c>JOBS_ROOT/.staging</c>, which is created when it is needed.</summary>
internal sealed class WorkspaceStaging(WorkspacePaths paths)
{
    private const string CannotSweep = "The temporary files of the workspaces could not be listed";

    private readonly StagingArea _area = new(Path.Join(paths.Root, WorkspacePaths.StagingName));

    /// <summary>
    /// Streams content into a temporary file, hashing on the way. It is not flushed: a workspace is a working copy that can be restored from the store.
    /// </summary>
    /// <inheritdoc cref="StagingArea.StageAsync" path="/param|/returns"/>
    public async Task<StagedFile?> StageAsync(Stream content, long maxBytes, string failed, CancellationToken cancellationToken)
    {
        DiskFault.Guard(failed, () =>
        {
            var reached = paths.Reach(WorkspacePaths.StagingName, create: true);
            using var folder = reached.Folder;
            if (reached.Obstacle is not null)
            {
                throw new LocalStorageException($"{failed}: {reached.Describe()}");
            }
        });
        return await _area.StageAsync(content, maxBytes, failed, cancellationToken, isFlushed: false);
    }

    /// <summary>Deletes the temporary files of processes that have ended.</summary>
    /// <returns>The number of deleted files.</returns>
    public int RemoveAbandoned() => DiskFault.Guard(CannotSweep, () =>
    {
        using var folder = paths.Reach(WorkspacePaths.StagingName).Folder;
        return folder is null ? 0 : _area.RemoveAbandoned();
    });
}
