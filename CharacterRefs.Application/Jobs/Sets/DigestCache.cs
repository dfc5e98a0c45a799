using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The digests of one workspace's files: those remembered from earlier runs and those computed in this one.</summary>
internal sealed class DigestCache(IJobWorkspace workspace, IContentDigester digester, IReadOnlyDictionary<string, RememberedDigest> remembered)
{
    private readonly ConcurrentDictionary<string, RememberedDigest> _computed = new();

    public string WorkspaceName => workspace.Name;

    public IReadOnlyCollection<RememberedDigest> Computed => [.. _computed.Values];

    /// <summary>The remembered digest; <c>null</c> when there is none or the file may have changed since.</summary>
    public ContentDigest? Find(WorkspaceFile file) =>
        file.Stamp is not null && remembered.TryGetValue(file.Path.Value, out var found)
        && found.Stamp == file.Stamp && found.Digest.SizeBytes == file.SizeBytes
            ? found.Digest
            : null;

    /// <summary>Reads the file.</summary>
    /// <returns><c>null</c> when the file changed while it was read.</returns>
    /// <exception cref="WorkspaceFileChangedException">The file changed before or while it was read.</exception>
    public async Task<ContentDigest?> ComputeAsync(WorkspaceFile file, CancellationToken cancellationToken)
    {
        await using var content = workspace.OpenRead(file);
        var digest = await digester.DigestAsync(content, cancellationToken);
        if (digest.SizeBytes != file.SizeBytes || !workspace.IsUnchanged(file))
        {
            return null;
        }

        Add(file, digest);
        return digest;
    }

    /// <summary>Remembers a digest that is known already. A file without a stamp is not remembered.</summary>
    public void Add(WorkspaceFile file, ContentDigest digest)
    {
        if (file.Stamp is { } stamp)
        {
            _computed[file.Path.Value] = new RememberedDigest(file.Path.Value, stamp, digest);
        }
    }
}
