namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>An error body.</summary>
internal sealed record Problem
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public double? RetryAfter { get; init; }

    public IReadOnlyList<InvalidField>? InvalidFields { get; init; }
}
