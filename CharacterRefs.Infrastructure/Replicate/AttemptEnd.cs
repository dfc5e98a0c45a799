namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>How one HTTP attempt ended, in the distinctions that decide whether it may be retried.</summary>
internal enum AttemptEnd
{
    /// <summary>The response is complete.</summary>
    Responded,

    /// <summary>No connection was made, so the request certainly did not arrive.</summary>
    NeverSent,

    /// <summary>The connection broke after that: the request may have arrived.</summary>
    Broken,

    /// <summary>No complete response in time: the request may have arrived.</summary>
    TimedOut,

    /// <summary>A file cannot be resumed where it broke off.</summary>
    Restarted,

    /// <summary>The response is longer than allowed.</summary>
    TooLarge,
}
