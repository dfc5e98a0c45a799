namespace CharacterRefs.Application.Ports.Generators;

/// <summary>A rate limit at one moment.</summary>
/// <param name="RequestsPerSecond">Paid requests that are sent per second; <c>null</c> while they are not limited.</param>
/// <param name="Waiting">Requests of this process that wait for the limit.</param>
/// <param name="RejectedUntil">Until when the provider rejects every request; <c>null</c> when it accepts some.</param>
public sealed record RateLimitState(double? RequestsPerSecond, int Waiting, DateTimeOffset? RejectedUntil);
