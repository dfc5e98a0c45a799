namespace CharacterRefs.Api.Generations;

/// <summary>What one model generated on one day.</summary>
public sealed record UsageDay
{
    /// <summary>UTC.</summary>
    /// <example>2026-11-28</example>
    public required DateOnly Day { get; init; }

    /// <summary>The model.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string Model { get; init; }

    /// <summary>Images that succeeded.</summary>
    /// <example>46</example>
    public required int Images { get; init; }

    /// <summary>Images that were charged, may have been charged, or still can be.</summary>
    /// <example>48</example>
    public required int ImagesPaid { get; init; }

    /// <summary>Estimated cost in USD; null when the model had no price in <c>MODEL_PRICES</c>.</summary>
    /// <example>1.92</example>
    public decimal? CostUsd { get; init; }
}
