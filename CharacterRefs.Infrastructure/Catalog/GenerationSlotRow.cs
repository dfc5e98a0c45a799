namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>One image of a generate request, from the intention to the file.</summary>
internal sealed class GenerationSlotRow
{
    public long Key { get; set; }

    public Guid GenerationId { get; set; }

    public GenerationRow? Generation { get; set; }

    public int Index { get; set; }

    /// <summary>Reserved before anything is paid.</summary>
    public Guid ImageId { get; set; }

    public int? Seed { get; set; }

    public required string State { get; set; }

    public string? PredictionId { get; set; }

    public string? Error { get; set; }

    public string? ErrorDetail { get; set; }
}
