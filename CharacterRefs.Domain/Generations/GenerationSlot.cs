using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Generations;

/// <summary>One image of a generation, from the intention to the file. Moves only forward; an illegal move throws.</summary>
public sealed class GenerationSlot
{
    /// <summary>Zero-based position, which is also its place in the answer.</summary>
    public required int Index { get; init; }

    /// <summary>The id that the image will have; reserved before anything is paid, so that a file found without a row still tells its story.</summary>
    public required CharacterReferenceId ImageId { get; init; }

    /// <summary>Seed of this slot; <c>null</c> when the model takes none.</summary>
    public int? Seed { get; init; }

    /// <summary>Where it stands.</summary>
    public GenerationSlotState State { get; private set; } = GenerationSlotState.Pending;

    /// <summary>The provider's id; <c>null</c> until it answered.</summary>
    public string? PredictionId { get; private set; }

    /// <summary>Code of what went wrong; <c>null</c> unless failed.</summary>
    public string? Error { get; private set; }

    /// <summary>What went wrong in words; <c>null</c> unless failed.</summary>
    public string? ErrorDetail { get; private set; }

    /// <summary>A slot as it was stored.</summary>
    public static GenerationSlot Restore(
        int index, CharacterReferenceId imageId, int? seed, GenerationSlotState state, string? predictionId, string? error, string? errorDetail) => new()
        {
            Index = index,
            ImageId = imageId,
            Seed = seed,
            State = state,
            PredictionId = predictionId,
            Error = error,
            ErrorDetail = errorDetail,
        };

    /// <summary>The paid request goes out now.</summary>
    public void Submit() => Move(GenerationSlotState.Submitting, GenerationSlotState.Pending);

    /// <summary>The provider answered with an id.</summary>
    public void Start(string predictionId)
    {
        Move(GenerationSlotState.Running, GenerationSlotState.Submitting);
        PredictionId = predictionId;
    }

    /// <summary>The image is safe. A generator without predictions goes here straight from submitting; a found file from any open state.</summary>
    public void Succeed() => Move(GenerationSlotState.Succeeded, GenerationSlotState.Pending, GenerationSlotState.Submitting, GenerationSlotState.Running);

    /// <summary>It ended without an image.</summary>
    public void Fail(string error, string detail)
    {
        Move(GenerationSlotState.Failed, GenerationSlotState.Pending, GenerationSlotState.Submitting, GenerationSlotState.Running);
        Error = error;
        ErrorDetail = detail;
    }

    private void Move(GenerationSlotState to, params ReadOnlySpan<GenerationSlotState> from)
    {
        if (!from.Contains(State))
        {
            throw new InvalidOperationException($"Slot {Index} is {State} and cannot become {to}.");
        }

        State = to;
    }
}
