namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>One generate request.</summary>
internal sealed class GenerationRow
{
    public Guid Id { get; set; }

    public required string Description { get; set; }

    /// <summary>The description folded for searching, so that every database finds alike whatever its collation.</summary>
    public required string DescriptionFolded { get; set; }

    public required string Prompt { get; set; }

    public required string Model { get; set; }

    public Guid? ReferenceImageId { get; set; }

    /// <summary>JSON object.</summary>
    public required string ParametersUsed { get; set; }

    /// <summary>JSON array of names.</summary>
    public required string ParametersDropped { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long CreatedAt { get; set; }

    public List<GenerationSlotRow> Slots { get; set; } = [];
}
