namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Remembers what files of workspaces were, so that those that have not changed need not be read again. Forgetting costs time and nothing else.</summary>
public interface IDigestMemory
{
    /// <summary>All that is remembered of a workspace, by path.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<IReadOnlyDictionary<string, RememberedDigest>> RecallAsync(string workspace, CancellationToken cancellationToken);

    /// <summary>Remembers these in place of what was remembered of the same paths, by one transaction.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    /// <param name="digests">What is known now.</param>
    /// <param name="cancellationToken">Stops and remembers nothing.</param>
    Task RememberAsync(string workspace, IReadOnlyCollection<RememberedDigest> digests, CancellationToken cancellationToken);

    /// <summary>Forgets a workspace.</summary>
    /// <param name="workspace"><see cref="IJobWorkspace.Name"/>.</param>
    /// <param name="cancellationToken">Stops and forgets nothing.</param>
    Task ForgetAsync(string workspace, CancellationToken cancellationToken);
}
