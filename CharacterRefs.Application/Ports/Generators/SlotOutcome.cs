using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>What came of the work on one image.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Error">The cause; set exactly for <see cref="SlotEnd.Failed"/> and <see cref="SlotEnd.SubmissionUnknown"/>.</param>
public sealed record SlotOutcome(SlotEnd End, Error? Error = null)
{
    /// <summary>There will be no image.</summary>
    public static SlotOutcome Failure(Error error) => new(SlotEnd.Failed, error);
}
