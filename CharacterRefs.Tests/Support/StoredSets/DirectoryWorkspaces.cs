using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>Workspaces in a directory of a test.</summary>
internal sealed class DirectoryWorkspaces(string root) : IJobsRoot
{
    private readonly Dictionary<string, DirectoryWorkspace> _opened = [];

    public DirectoryWorkspace Of(string name)
    {
        lock (_opened)
        {
            return _opened.TryGetValue(name, out var workspace) ? workspace : _opened[name] = new DirectoryWorkspace(root, name);
        }
    }

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath) => localBasePath is not null && localBasePath.Contains("..", StringComparison.Ordinal)
        ? Error.Invalid("local_base_path", "local_base_path must lie inside JOBS_ROOT.")
        : Ok<IJobWorkspace>(Of(localBasePath ?? jobId.ToString()));

    // An interface is never converted implicitly; a type parameter is.
    private static Result<T> Ok<T>(T value) => value;
}
