using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Files;

/// <summary>Reads one file of a job's workspace.</summary>
public sealed class FindJobFileHandler(IJobsRoot workspaces, JobFileReader reader)
{
    /// <returns>The open file, which the caller disposes; <see cref="ErrorKind.NotFound"/> when the workspace does not have it.</returns>
    /// <exception cref="LocalStorageException">As for <see cref="JobFileReader.OpenAsync"/>.</exception>
    public async Task<Result<OpenJobFile>> HandleAsync(JobId jobId, JobAssetPath path, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(jobId, null).TryGet(out var workspace, out var error))
        {
            return error;
        }

        return await reader.OpenAsync(jobId, workspace, path, cancellationToken) is { } file ? file : JobErrors.NotInWorkspace(jobId, path);
    }
}
