using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>The directories in which jobs are worked on, all below <c>JOBS_ROOT</c>.</summary>
public interface IJobsRoot
{
    /// <summary>The workspace of a job. It need not exist yet; nothing is created.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="localBasePath">
    /// Where it is instead of <c>JOBS_ROOT/{job_id}</c>: absolute, or relative to <c>JOBS_ROOT</c>; <c>null</c> for the default. No link may lie on the
    /// way from <c>JOBS_ROOT</c> to it.
    /// </param>
    /// <returns>
    /// The workspace; <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c> when it is not strictly inside <c>JOBS_ROOT</c>, or on <c>job_id</c>
    /// when a link or a file has the place of the default.
    /// </returns>
    /// <exception cref="LocalStorageException">The disk cannot be asked.</exception>
    Result<IJobWorkspace> Open(JobId jobId, string? localBasePath);
}
