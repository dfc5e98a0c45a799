namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>How one HTTP attempt ended, in the distinctions that decide whether it may be repeated.</summary>
internal enum AttemptEnd
{
    /// <summary>There is a complete answer.</summary>
    Answered,

    /// <summary>No connection came about, so the request certainly did not arrive.</summary>
    NeverSent,

    /// <summary>The connection broke after that: the request may have arrived.</summary>
    Broken,

    /// <summary>No complete answer in time: the request may have arrived.</summary>
    TimedOut,

    /// <summary>The answer is longer than allowed.</summary>
    TooLarge,
}
