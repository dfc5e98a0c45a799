namespace CharacterRefs.Infrastructure.Catalog.Rows;

internal sealed class GenerationRow
{
    public Guid Id { get; set; }

    public required string Description { get; set; }

    public required string Prompt { get; set; }

    public required string Model { get; set; }

    public required string Flavor { get; set; }

    /// <summary>JSON array of ids.</summary>
    public required string ReferenceImageIds { get; set; }

    /// <summary>JSON object.</summary>
    public required string ParametersUsed { get; set; }

    /// <summary>JSON array of names.</summary>
    public required string ParametersDropped { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC; <c>null</c> when canceling was not requested.</summary>
    public long? CancelRequestedAt { get; set; }

    public long Revision { get; set; }

    /// <summary>The <see cref="NodeRow"/> that runs it; <c>null</c> when none does, and always with SQLite.</summary>
    public Guid? NodeId { get; set; }

    /// <summary>Grows by one whenever <see cref="NodeId"/> changes: a node writes only under the number that it got.</summary>
    public int Claim { get; set; }

    /// <summary>The status that follows from the slots, for lists.</summary>
    public required string Status { get; set; }

    /// <summary>Millionths of a USD; <c>null</c> when the model had no price.</summary>
    public long? PricePerImage { get; set; }

    public Guid? RetriedFrom { get; set; }

    /// <summary>Unique together with the key. <c>null</c> without a key, and when the key is free again because it failed with nothing paid.</summary>
    public string? IdempotencyOwner { get; set; }

    public string? IdempotencyKey { get; set; }

    /// <summary>SHA-256 of the canonical request body.</summary>
    public string? RequestHash { get; set; }

    /// <summary><c>traceparent</c> of the request; <c>null</c> when it was not recorded.</summary>
    public string? TraceParent { get; set; }

    public List<GenerationSlotRow> Slots { get; set; } = [];
}
