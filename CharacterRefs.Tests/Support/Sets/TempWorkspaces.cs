using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Sets;

/// <summary>Workspaces in a directory of their own.</summary>
internal sealed class TempWorkspaces(string root) : IJobWorkspaces
{
    private readonly Dictionary<string, TempWorkspace> _opened = [];

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath) =>
        localBasePath is not null && localBasePath.Contains("..", StringComparison.Ordinal)
            ? Error.Invalid("local_base_path", "local_base_path must lie inside JOBS_ROOT.")
            : Of(localBasePath ?? jobId.ToString());

    public TempWorkspace Of(string name)
    {
        if (!_opened.TryGetValue(name, out var workspace))
        {
            _opened[name] = workspace = new TempWorkspace(Path.Join(root, name), name);
        }

        return workspace;
    }
}
