namespace CharacterRefs.Api.Generations;

/// <summary>A slot without an image.</summary>
public sealed record GenerationFailure
{
    /// <summary>Zero-based slot.</summary>
    /// <example>2</example>
    public required int Index { get; init; }

    /// <summary>Code, as in a problem's <c>error</c>.</summary>
    /// <example>GenerationRejected</example>
    public required string Error { get; init; }

    /// <summary>The reason in words.</summary>
    /// <example>The model refused the input as sensitive (E005).</example>
    public required string Detail { get; init; }
}
