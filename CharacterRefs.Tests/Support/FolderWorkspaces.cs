using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support;

/// <summary>Workspaces in a directory of a test, without the guards of the real ones.</summary>
internal sealed class FolderWorkspaces(string root) : IJobsRoot
{
    public FolderWorkspace Of(JobId jobId) => new(Path.Combine(root, jobId.ToString()), jobId.ToString());

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath) => Ok<IJobWorkspace>(Of(jobId));

    // An interface is never converted implicitly; a type parameter is.
    private static Result<T> Ok<T>(T value) => value;
}
