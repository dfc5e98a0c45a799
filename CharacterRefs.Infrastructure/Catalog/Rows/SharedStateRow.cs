namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>A small state that services share; unused with SQLite.</summary>
internal sealed class SharedStateRow
{
    public required string Name { get; set; }

    /// <summary>Its format belongs to whoever named it.</summary>
    public required string State { get; set; }
}
