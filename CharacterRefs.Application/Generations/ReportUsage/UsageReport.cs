using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Application.Generations.ReportUsage;

/// <summary>Usage over a span of days.</summary>
/// <param name="From">First UTC day.</param>
/// <param name="To">Last UTC day.</param>
/// <param name="Days">One entry per day and model with images.</param>
/// <param name="RateLimit">The limit on paid requests now, whatever the span; <c>null</c> without a provider.</param>
public sealed record UsageReport(DateOnly From, DateOnly To, IReadOnlyList<DailyUsage> Days, RateLimitState? RateLimit);
