using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>What is remembered of files, in memory.</summary>
internal sealed class RecalledDigests : IDigestMemory
{
    private readonly Dictionary<(string Workspace, string Path), RememberedDigest> _digests = [];

    public IEnumerable<string> PathsOf(string workspace) => _digests.Keys.Where(key => key.Workspace == workspace).Select(key => key.Path);

    public Task<IReadOnlyDictionary<string, RememberedDigest>> RecallAsync(string workspace, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, RememberedDigest>>(
            _digests.Where(digest => digest.Key.Workspace == workspace).ToDictionary(digest => digest.Key.Path, digest => digest.Value));

    public Task RememberAsync(string workspace, IReadOnlyCollection<RememberedDigest> digests, CancellationToken cancellationToken)
    {
        foreach (var digest in digests)
        {
            _digests[(workspace, digest.Path)] = digest;
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync(string workspace, CancellationToken cancellationToken)
    {
        foreach (var key in _digests.Keys.Where(key => key.Workspace == workspace).ToList())
        {
            _digests.Remove(key);
        }

        return Task.CompletedTask;
    }
}
