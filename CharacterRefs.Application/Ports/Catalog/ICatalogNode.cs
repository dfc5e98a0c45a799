namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// This process among those that run on the catalog. With PostgreSQL there may be several, and each proves that it is alive by a lease in the catalog, by the
/// clock of the catalog; with SQLite there is one.
/// </summary>
public interface ICatalogNode
{
    /// <summary>Identity of this run of the process; a new one with each start.</summary>
    Guid Id { get; }

    /// <summary>Whether no other process can run on this catalog, so that everything open in it belongs to this one.</summary>
    bool IsAlone { get; }

    /// <summary>Whether this process renewed its lease in time. Without it others may take over its work, so it starts nothing that is paid.</summary>
    bool HasLease { get; }

    /// <summary>
    /// Whether this node may take over the work of nodes without a lease. Not while it has only just regained a lost lease: the catalog was unreachable then,
    /// and the other nodes are renewing theirs.
    /// </summary>
    bool MayTakeOver { get; }

    /// <summary>Takes a duty unless a node that is alive has it. It is kept until it is given up, or this node is no longer alive.</summary>
    /// <returns>Whether this node has the duty now.</returns>
    /// <exception cref="ImageFiles.LocalStorageException">The catalog failed.</exception>
    Task<bool> TryTakeAsync(NodeDuty duty, CancellationToken cancellationToken);

    /// <summary>Gives a duty up that this node cannot do now, so that another can take it. Costs nothing when this node did not take it.</summary>
    /// <exception cref="ImageFiles.LocalStorageException">The catalog failed.</exception>
    Task GiveUpAsync(NodeDuty duty, CancellationToken cancellationToken);
}
