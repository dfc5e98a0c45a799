using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Files;

/// <summary>Deletes one file of a job's workspace. The stored set is not changed.</summary>
public sealed class DeleteJobFileHandler(IJobsRoot workspaces)
{
    /// <returns>The path; <see cref="ErrorKind.NotFound"/> when the workspace does not have the file.</returns>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public Result<JobAssetPath> Handle(JobId jobId, JobAssetPath path)
    {
        if (!workspaces.Open(jobId, null).TryGet(out var workspace, out var error))
        {
            return error;
        }

        if (workspace.Find(path) is null)
        {
            return JobErrors.NotInWorkspace(jobId, path);
        }

        workspace.Delete(path);
        return path;
    }
}
