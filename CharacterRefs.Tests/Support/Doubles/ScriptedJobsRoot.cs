using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Workspaces in a directory of their own.</summary>
internal sealed class ScriptedJobsRoot(string root) : IJobsRoot
{
    private readonly Dictionary<string, ScriptedWorkspace> _opened = [];

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath) =>
        localBasePath is not null && localBasePath.Contains("..", StringComparison.Ordinal)
            ? Error.Invalid("local_base_path", "local_base_path must lie inside JOBS_ROOT.")
            : Of(localBasePath ?? jobId.ToString());

    public ScriptedWorkspace Of(string name)
    {
        if (!_opened.TryGetValue(name, out var workspace))
        {
            _opened[name] = workspace = new ScriptedWorkspace(Path.Join(root, name), name);
        }

        return workspace;
    }
}
