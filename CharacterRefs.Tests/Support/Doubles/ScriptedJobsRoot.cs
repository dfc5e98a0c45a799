using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Scripted workspaces in a directory of a test.</summary>
internal sealed class ScriptedJobsRoot(string root) : IJobsRoot
{
    private readonly ConcurrentDictionary<string, ScriptedWorkspace> _opened = new();

    public IReadOnlyList<JobId> List() =>
        [.. _opened.Where(opened => opened.Value.Exists).Select(opened => JobId.TryParse(opened.Key, out var id) ? id : default(JobId?)).OfType<JobId>()];

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath) => localBasePath is not null && localBasePath.Contains("..", StringComparison.Ordinal)
        ? Error.Invalid("local_base_path", "local_base_path must be inside JOBS_ROOT.")
        : Of(localBasePath ?? jobId.ToString());

    public ScriptedWorkspace Of(string name) => _opened.GetOrAdd(name, _ => new ScriptedWorkspace(root, name));
}
