using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations;

/// <summary>A slot that ended without an image, or an image of its prediction that was not kept.</summary>
/// <param name="Index">Of the slot, zero-based.</param>
/// <param name="Error">Stable code.</param>
/// <param name="Detail">The cause as a sentence.</param>
/// <param name="IsPaid">Whether the provider charged for it or may have.</param>
public sealed record SlotFailure(int Index, string Error, string Detail, bool IsPaid)
{
    /// <summary>The response to the paid request was lost and its prediction was not found.</summary>
    public const string SubmissionLost = "SubmissionLost";

    /// <summary>The model returned more than one image for one prediction; this one was not kept.</summary>
    public const string ExtraOutput = "ExtraOutput";

    /// <summary>The failures of a generation, in slot order.</summary>
    public static IReadOnlyList<SlotFailure> Of(Generation generation) => [.. generation.Slots.SelectMany(slot => Of(generation, slot))];

    /// <summary>
    /// The error of a final generation without any image: its first failure, paid when any of them was, because a client that repeats the request pays for
    /// all of them again. <c>null</c> when it has an image.
    /// </summary>
    public static Error? OfAll(Generation generation) => generation.Slots.Any(slot => slot.Error is null) || Of(generation) is not [var first, ..] all
        ? null
        : new Error(KindOf(first.Error), first.Detail) { IsPaid = all.Any(failure => failure.IsPaid) };

    private static IEnumerable<SlotFailure> Of(Generation generation, GenerationSlot slot)
    {
        if (slot.Error is not null)
        {
            yield return new SlotFailure(slot.Index, slot.Error, slot.ErrorDetail ?? "", slot.IsPaidLoss);
        }

        for (var number = 1; number <= slot.ExtraOutputs && !slot.IsOpen; number++)
        {
            var detail = $"The model {generation.Model} returned {slot.ExtraOutputs + 1} images for one prediction, of which one is kept; "
                + $"this is image {number} of the {slot.ExtraOutputs} others.";
            yield return new SlotFailure(slot.Index, ExtraOutput, detail, IsPaid: true);
        }
    }

    private static ErrorKind KindOf(string code) => Enum.TryParse<ErrorKind>(code, out var kind) ? kind
        : code == SubmissionLost ? ErrorKind.UpstreamFailed
        : ErrorKind.Conflict; // canceled
}
