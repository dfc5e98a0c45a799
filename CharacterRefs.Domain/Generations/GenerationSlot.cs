using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Generations;

/// <summary>One image of a generation. A transition returns the slot in its next state; an illegal one throws.</summary>
public sealed record GenerationSlot
{
    /// <summary>Zero-based position, which is also the position of the image in responses.</summary>
    public required int Index { get; init; }

    /// <summary>Id of the image; reserved before anything is paid, so that a file without a row still has its provenance.</summary>
    public required CharacterReferenceId ImageId { get; init; }

    /// <summary>Seed of this slot; <c>null</c> when the model takes none.</summary>
    public int? Seed { get; init; }

    public GenerationSlotState State { get; init; } = GenerationSlotState.Queued;

    /// <summary>The provider's id of the prediction; <c>null</c> until it is known, and for a generator without predictions.</summary>
    public string? PredictionId { get; init; }

    /// <summary>Stable code of the failure; <c>null</c> unless failed or canceled.</summary>
    public string? Error { get; init; }

    /// <summary>The failure as a sentence; <c>null</c> unless failed or canceled.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>Images of the prediction besides the one that is kept; recorded before that one is fetched.</summary>
    public int ExtraOutputs { get; init; }

    /// <summary>Whether the provider charged for an image that is not there: it succeeded with an unusable output, it
    /// was canceled while it ran, or its fate is unknown.</summary>
    public bool IsPaidLoss { get; init; }

    /// <summary>When the paid request was sent, UTC; <c>null</c> before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the slot became final, UTC; <c>null</c> before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How long the paid request waited for the provider's rate limit; zero when it did not.</summary>
    public TimeSpan RateLimitWait { get; init; }

    /// <summary>Whether work is left.</summary>
    public bool IsOpen => State is GenerationSlotState.Queued or GenerationSlotState.Submitting or GenerationSlotState.Running or GenerationSlotState.Storing;

    /// <summary>Whether the provider may charge for it.</summary>
    public bool MayBePaid => PredictionId is not null || IsPaidLoss || State is GenerationSlotState.Submitting or GenerationSlotState.Succeeded;

    /// <summary>The paid request waits, or has waited, so long for the provider's rate limit.</summary>
    public GenerationSlot Wait(TimeSpan rateLimitWait) =>
        Move(GenerationSlotState.Queued, GenerationSlotState.Queued) with { RateLimitWait = rateLimitWait };

    /// <summary>The paid request is sent now.</summary>
    public GenerationSlot Submit(DateTimeOffset now) =>
        Move(GenerationSlotState.Submitting, GenerationSlotState.Queued) with { StartedAt = now };

    /// <summary>The paid request was certainly not sent.</summary>
    public GenerationSlot Requeue() => Move(GenerationSlotState.Queued, GenerationSlotState.Submitting) with { StartedAt = null };

    /// <summary>The provider returned an id.</summary>
    public GenerationSlot Start(string predictionId) =>
        Move(GenerationSlotState.Running, GenerationSlotState.Submitting) with { PredictionId = predictionId };

    /// <summary>The provider finished the image. A generator without predictions goes here straight from submitting.</summary>
    /// <param name="extraOutputs">Images of the prediction besides the one that is kept.</param>
    public GenerationSlot Store(int extraOutputs = 0) =>
        Move(GenerationSlotState.Storing, GenerationSlotState.Submitting, GenerationSlotState.Running) with { ExtraOutputs = extraOutputs };

    /// <summary>The image is safe. A file that was found after a crash ends its slot from any open state.</summary>
    public GenerationSlot Succeed(DateTimeOffset now) => End(GenerationSlotState.Succeeded, now);

    /// <summary>It ended without an image.</summary>
    public GenerationSlot Fail(string error, string detail, bool isPaidLoss, DateTimeOffset now) =>
        End(GenerationSlotState.Failed, now) with { Error = error, ErrorDetail = detail, IsPaidLoss = isPaidLoss };

    /// <summary>It was canceled. The provider may charge for the time that its prediction ran.</summary>
    public GenerationSlot Cancel(DateTimeOffset now) => End(GenerationSlotState.Canceled, now) with
    {
        Error = "Canceled",
        ErrorDetail = "The generation was canceled.",
        IsPaidLoss = PredictionId is not null,
    };

    private GenerationSlot End(GenerationSlotState to, DateTimeOffset now) => IsOpen ? this with { State = to, CompletedAt = now } : throw Illegal(to);

    private GenerationSlot Move(GenerationSlotState to, params ReadOnlySpan<GenerationSlotState> from) =>
        from.Contains(State) ? this with { State = to } : throw Illegal(to);

    private InvalidOperationException Illegal(GenerationSlotState to) => new($"Slot {Index} is {State} and cannot become {to}.");
}
