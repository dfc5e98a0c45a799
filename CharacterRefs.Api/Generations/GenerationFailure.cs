namespace CharacterRefs.Api.Generations;

/// <summary>A failed prediction.</summary>
public sealed record GenerationFailure
{
    /// <summary>Zero-based index of the slot.</summary>
    /// <example>2</example>
    public required int Index { get; init; }

    /// <summary>Code of the error, as in <c>Problem.error</c>.</summary>
    /// <example>GenerationRejected</example>
    public required string Error { get; init; }

    /// <summary>Cause of the failure.</summary>
    /// <example>The model refused the input as sensitive (E005).</example>
    public required string Detail { get; init; }

    /// <summary>Whether the provider charged for it, or may have, so that a retry is paid again.</summary>
    /// <example>false</example>
    public required bool Paid { get; init; }
}
