using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Stores digests in memory and counts the calls.</summary>
internal sealed class MemoryDigests : IDigestMemory
{
    private readonly Dictionary<string, Dictionary<string, RememberedDigest>> _workspaces = [];

    public int Calls { get; private set; }

    public IEnumerable<string> PathsOf(string workspace) => _workspaces.GetValueOrDefault(workspace)?.Keys ?? Enumerable.Empty<string>();

    public Task<IReadOnlyDictionary<string, RememberedDigest>> RecallAsync(string workspace, CancellationToken cancellationToken)
    {
        Calls++;
        return Task.FromResult<IReadOnlyDictionary<string, RememberedDigest>>((_workspaces.GetValueOrDefault(workspace) ?? []).ToDictionary());
    }

    public Task RememberAsync(string workspace, IReadOnlyCollection<RememberedDigest> digests, CancellationToken cancellationToken)
    {
        Calls++;
        _workspaces.TryAdd(workspace, []);
        foreach (var digest in digests)
        {
            _workspaces[workspace][digest.Path] = digest;
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync(string workspace, CancellationToken cancellationToken)
    {
        _workspaces.Remove(workspace);
        return Task.CompletedTask;
    }
}
