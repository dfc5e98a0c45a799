namespace CharacterRefs.Domain.Generations;

/// <summary>State of one image of a generation. The first four are open: a process that ends there leaves work to recover.</summary>
public enum GenerationSlotState
{
    /// <summary>Recorded; nothing was sent.</summary>
    Queued,

    /// <summary>The paid request is being sent. Until there is a prediction id it is unknown whether it arrived.</summary>
    Submitting,

    /// <summary>The provider runs it under a prediction id.</summary>
    Running,

    /// <summary>The provider has finished the image; it is being fetched, inspected and recorded.</summary>
    Storing,

    /// <summary>The image is on disk and in the catalog.</summary>
    Succeeded,

    /// <summary>It ended without an image.</summary>
    Failed,

    /// <summary>It was canceled before it had an image.</summary>
    Canceled,
}
