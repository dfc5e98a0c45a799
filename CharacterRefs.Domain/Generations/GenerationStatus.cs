namespace CharacterRefs.Domain.Generations;

/// <summary>Status of a generation, derived from its slots. The last four are final.</summary>
public enum GenerationStatus
{
    /// <summary>No slot was submitted yet.</summary>
    Queued,

    /// <summary>At least one slot is open.</summary>
    Running,

    /// <summary>Canceling was requested and at least one slot is open.</summary>
    Canceling,

    /// <summary>Every slot has its image.</summary>
    Succeeded,

    /// <summary>Some slots have their image, the others failed.</summary>
    Partial,

    /// <summary>No slot has an image.</summary>
    Failed,

    /// <summary>Canceling was requested and ended at least one slot; images that exist stay.</summary>
    Canceled,
}
