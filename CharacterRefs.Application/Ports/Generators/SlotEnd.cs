namespace CharacterRefs.Application.Ports.Generators;

/// <summary>How the work on one image ended.</summary>
public enum SlotEnd
{
    /// <summary>The bytes were received.</summary>
    Received,

    /// <summary>There will be no image.</summary>
    Failed,

    /// <summary>The generation was canceled.</summary>
    Canceled,

    /// <summary>The paid request may have arrived, and its response is lost.</summary>
    SubmissionUnknown,

    /// <summary>The paid request was not sent: the service stops, or the recorder did not allow it.</summary>
    NotSent,

    /// <summary>The service stops; the prediction runs on.</summary>
    Interrupted,
}
