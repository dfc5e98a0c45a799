namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Stores the digests of workspaces' files, so that unchanged files are not read again. Losing them costs time and nothing else.</summary>
public interface IDigestMemory
{
    /// <summary>The stored digests of a workspace, by path.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    Task<IReadOnlyDictionary<string, RememberedDigest>> RecallAsync(string workspace, CancellationToken cancellationToken);

    /// <summary>Stores digests, replacing those of the same paths, in one transaction.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    /// <param name="digests">The new digests.</param>
    /// <param name="cancellationToken">Stops; nothing is stored.</param>
    Task RememberAsync(string workspace, IReadOnlyCollection<RememberedDigest> digests, CancellationToken cancellationToken);

    /// <summary>Deletes the digests of a workspace.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    /// <param name="cancellationToken">Stops; nothing is deleted.</param>
    Task ForgetAsync(string workspace, CancellationToken cancellationToken);
}
