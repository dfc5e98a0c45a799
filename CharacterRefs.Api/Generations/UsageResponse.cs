namespace CharacterRefs.Api.Generations;

/// <summary>Images and estimated cost by day and model.</summary>
public sealed record UsageResponse
{
    /// <summary>First UTC day.</summary>
    /// <example>2026-11-01</example>
    public required DateOnly From { get; init; }

    /// <summary>Last UTC day.</summary>
    /// <example>2026-11-30</example>
    public required DateOnly To { get; init; }

    /// <summary>One entry per day and model with images, by day, then by model.</summary>
    public required IReadOnlyList<UsageDay> Days { get; init; }

    /// <summary>Sum of the estimated costs in USD; models without a price are not included.</summary>
    /// <example>1.92</example>
    public required decimal TotalCostUsd { get; init; }

    /// <summary>The provider's limit on paid requests now, whatever the days; null when the placeholder renders the images.</summary>
    public UsageRateLimit? RateLimit { get; init; }
}
