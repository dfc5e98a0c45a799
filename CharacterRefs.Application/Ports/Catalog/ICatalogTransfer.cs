namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Copies a catalog as a whole.</summary>
public interface ICatalogTransfer
{
    /// <summary>
    /// Copies the catalog into another database, of the same or of the other engine, and compares both. The service must not run meanwhile. A copy that was
    /// stopped continues where it ended.
    /// </summary>
    /// <param name="target">A URL of PostgreSQL or the path of a file for SQLite: without tables, or with a part of the same catalog.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>What each table has afterwards, here and there.</returns>
    /// <exception cref="Configuration.InvalidSettingsException">The target cannot be used, or has another catalog.</exception>
    Task<IReadOnlyList<CopiedTable>> CopyAsync(string target, CancellationToken cancellationToken);

    /// <summary>Writes a consistent copy of the catalog into a new file of SQLite, also while services use the catalog.</summary>
    /// <param name="path">The file; it gets its name when it is complete.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <exception cref="Configuration.InvalidSettingsException">There is such a file, or it cannot be written.</exception>
    Task BackUpAsync(string path, CancellationToken cancellationToken);
}
