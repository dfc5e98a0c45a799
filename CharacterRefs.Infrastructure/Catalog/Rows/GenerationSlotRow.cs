namespace CharacterRefs.Infrastructure.Catalog.Rows;

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

    /// <summary>Images of the prediction besides the one that is kept.</summary>
    public int ExtraOutputs { get; set; }

    /// <summary>Whether the provider charged for an image that is not there, or may have.</summary>
    public bool IsPaidLoss { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC; <c>null</c> before the paid request was sent.</summary>
    public long? StartedAt { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC; <c>null</c> while it is open.</summary>
    public long? CompletedAt { get; set; }

    /// <summary>Milliseconds.</summary>
    public long RateLimitWait { get; set; }
}
