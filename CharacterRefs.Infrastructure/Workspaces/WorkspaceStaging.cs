using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The temporary files of all workspaces, in <c>JOBS_ROOT/.staging</c>, which is created when it is needed.</summary>
internal sealed class WorkspaceStaging(WorkspacePaths paths)
{
    private const string CannotSweep = "The temporary files of the workspaces could not be listed";

    /// <summary>
    /// Streams content into a temporary file, hashing on the way. It is not flushed: a workspace is a working copy that can be restored from the store.
    /// </summary>
    /// <inheritdoc cref="StagingArea.StageAsync" path="/param|/returns"/>
    public async Task<StagedFile?> StageAsync(Stream content, long maxBytes, string failed, CancellationToken cancellationToken)
    {
        // Held until the file has its place, so that a link that replaces the directory meanwhile is not followed.
        var folder = DiskFault.Guard(failed, () => paths.Reach(WorkspacePaths.StagingName, create: true) is { Folder: { } found }
            ? found
            : throw new LocalStorageException($"{failed}: {paths.Reach(WorkspacePaths.StagingName).Describe()}"));
        StagedFile? staged = null;
        try
        {
            staged = await new StagingArea(folder.Path, isHeld: true).StageAsync(content, maxBytes, failed, cancellationToken, isFlushed: false);
            return staged;
        }
        finally
        {
            if (staged is null)
            {
                folder.Dispose();
            }
            else
            {
                staged.Holder = folder;
            }
        }
    }

    /// <summary>Deletes the temporary files of processes that have ended.</summary>
    /// <returns>The number of deleted files.</returns>
    public int RemoveAbandoned() => DiskFault.Guard(CannotSweep, () =>
    {
        using var folder = paths.Reach(WorkspacePaths.StagingName).Folder;
        return folder is null ? 0 : new StagingArea(folder.Path, isHeld: true).RemoveAbandoned();
    });
}
