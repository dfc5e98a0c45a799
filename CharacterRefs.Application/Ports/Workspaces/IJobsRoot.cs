using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>The workspaces of jobs, all below <c>JOBS_ROOT</c>.</summary>
public interface IJobsRoot
{
    /// <summary>The jobs that have a workspace <c>JOBS_ROOT/{job_id}</c>, in no order.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    IReadOnlyList<JobId> List();

    /// <summary>The workspace of a job. It need not exist; nothing is created.</summary>
    /// <param name="localBasePath">
    /// The workspace instead of <c>JOBS_ROOT/{job_id}</c>: absolute, or relative to <c>JOBS_ROOT</c>; <c>null</c> for the default. No part of the path below
    /// <c>JOBS_ROOT</c> may be a link.
    /// </param>
    /// <returns>
    /// The workspace; <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c> when it is not strictly inside <c>JOBS_ROOT</c>, or on <c>job_id</c>
    /// when the default is a link or a file.
    /// </returns>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    Result<IJobWorkspace> Open(JobId jobId, string? localBasePath);
}
