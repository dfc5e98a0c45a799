namespace CharacterRefs.Api.Generations;

/// <summary>A slot that ended without an image, or an image of its prediction that was not kept.</summary>
public sealed record GenerationFailure
{
    /// <summary>Zero-based index of the slot.</summary>
    /// <example>2</example>
    public required int Index { get; init; }

    /// <summary>
    /// Code of the error, as in <c>Problem.error</c>, or <c>Canceled</c>, <c>SubmissionLost</c>, or <c>ExtraOutput</c> for each image that a model returned
    /// for one prediction besides the one that is kept.
    /// </summary>
    /// <example>GenerationRejected</example>
    public required string Error { get; init; }

    /// <summary>Cause of the failure.</summary>
    /// <example>The model rejected the input as sensitive (E005).</example>
    public required string Detail { get; init; }

    /// <summary>Whether the provider charged for it, or may have, so that a retry is paid again.</summary>
    /// <example>false</example>
    public required bool Paid { get; init; }
}
