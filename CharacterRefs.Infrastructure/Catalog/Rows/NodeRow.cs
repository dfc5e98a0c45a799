namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>A process that runs on the catalog. The row is its lease.</summary>
internal sealed class NodeRow
{
    public Guid Id { get; set; }

    /// <summary>Machine and process, for people.</summary>
    public required string Name { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC, by the clock of the database.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>The store that it was started for; <c>null</c> until it is recorded, and again after the row was removed because it had expired.</summary>
    public string? Store { get; set; }
}
