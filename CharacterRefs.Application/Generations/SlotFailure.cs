using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;

namespace CharacterRefs.Application.Generations;

/// <summary>A slot that ended without an image.</summary>
/// <param name="Index">Zero-based.</param>
/// <param name="Error">Stable code.</param>
/// <param name="Detail">The cause as a sentence.</param>
/// <param name="IsPaid">Whether the provider charged for it or may have.</param>
public sealed record SlotFailure(int Index, string Error, string Detail, bool IsPaid)
{
    /// <summary>The response to the paid request was lost and its prediction was not found.</summary>
    public const string SubmissionLost = "SubmissionLost";

    /// <summary>The failures of a generation, in slot order.</summary>
    public static IReadOnlyList<SlotFailure> Of(Generation generation) =>
        [.. generation.Slots.Where(slot => slot.Error is not null)
            .Select(slot => new SlotFailure(slot.Index, slot.Error!, slot.ErrorDetail ?? "", slot.IsPaidLoss))];

    /// <summary>As the error of a whole request.</summary>
    public Error ToError() => new(KindOf(Error), Detail) { IsPaid = IsPaid };

    private static ErrorKind KindOf(string code) => Enum.TryParse<ErrorKind>(code, out var kind) ? kind
        : code == SubmissionLost ? ErrorKind.UpstreamFailed
        : ErrorKind.Conflict; // canceled
}
