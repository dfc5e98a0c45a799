namespace CharacterRefs.Domain.Generations;

/// <summary>Where one image of a generation stands. The first three are open: a process that dies there leaves something to recover.</summary>
public enum GenerationSlotState
{
    /// <summary>Recorded, nothing sent.</summary>
    Pending,

    /// <summary>The paid request is being sent; whether it arrived is unknown until there is a prediction id.</summary>
    Submitting,

    /// <summary>The provider knows it under a prediction id.</summary>
    Running,

    /// <summary>The image is on disk and in the catalog.</summary>
    Succeeded,

    /// <summary>It ended without an image.</summary>
    Failed,
}
