namespace CharacterRefs.Api.Generations;

/// <summary>The provider's limit on paid requests, as this process has learned it.</summary>
public sealed record UsageRateLimit
{
    /// <summary>Paid requests that are sent per second; null while they are not limited.</summary>
    /// <example>0.1</example>
    public required double? RequestsPerSecond { get; init; }

    /// <summary>Images of this process that wait for the limit.</summary>
    /// <example>3</example>
    public required int Waiting { get; init; }

    /// <summary>Until when the provider rejects every request; null when it accepts some.</summary>
    /// <example>2026-11-28T12:00:10Z</example>
    public required DateTimeOffset? RejectedUntil { get; init; }
}
