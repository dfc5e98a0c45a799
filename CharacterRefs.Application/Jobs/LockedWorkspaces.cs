using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs;

/// <summary>Opens a job's workspace and holds the job's lease while work runs on it.</summary>
public sealed class LockedWorkspaces(IJobsRoot root, JobLocks locks)
{
    /// <summary>Runs work on the workspace while no other request changes the job.</summary>
    /// <param name="localBasePath">As in <see cref="IJobsRoot.Open"/>.</param>
    /// <param name="work">Receives the workspace and the token of the lease.</param>
    /// <returns>The result of the work, or the error of <see cref="IJobsRoot.Open"/> or <see cref="JobLocks.RunAsync"/>.</returns>
    public async Task<Result<T>> RunAsync<T>(
        JobId jobId, string? localBasePath, Func<IJobWorkspace, CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken) =>
        root.Open(jobId, localBasePath).TryGet(out var workspace, out var error)
            ? await locks.RunAsync(jobId, token => work(workspace, token), cancellationToken)
            : error;
}
