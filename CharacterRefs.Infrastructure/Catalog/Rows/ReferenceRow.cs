namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>One image.</summary>
internal sealed class ReferenceRow
{
    /// <summary>Insertion number: breaks ties of <see cref="CreatedAt"/> in the listing.</summary>
    public long Sequence { get; set; }

    public Guid Id { get; set; }

    public required string Origin { get; set; }

    public required string Format { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary><c>null</c> in rows of earlier versions, whose dimensions are those of the stored pixels.</summary>
    public int? Orientation { get; set; }

    public long SizeBytes { get; set; }

    public required string Sha256 { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC: a number sorts the same in every database.</summary>
    public long CreatedAt { get; set; }

    public string? OriginalFileName { get; set; }

    /// <summary><c>null</c> until the thumb was rendered.</summary>
    public string? DominantColor { get; set; }

    public bool Favorite { get; set; }

    public int Rating { get; set; }

    public List<string> Tags { get; set; } = [];

    public string? Note { get; set; }

    /// <summary>From <see cref="Rows.SearchKey"/>; empty for an image without texts.</summary>
    public string SearchKey { get; set; } = "";

    /// <summary>The slot that generated it; <c>null</c> for other images.</summary>
    public GenerationSlotRow? Slot { get; set; }

    public long? SlotKey { get; set; }

    /// <summary><c>null</c> when no upload was ever queued; then the other members of the copy have no meaning.</summary>
    public string? StoredKey { get; set; }

    public string? StoredState { get; set; }

    public int StoreAttempts { get; set; }

    public string? StoreError { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long? NextStoreAt { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long? StoredAt { get; set; }
}
