using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Generations.ReportUsage;

/// <summary>Usage over a span of days.</summary>
/// <param name="From">First UTC day.</param>
/// <param name="To">Last UTC day.</param>
/// <param name="Days">One entry per day and model with images.</param>
public sealed record UsageReport(DateOnly From, DateOnly To, IReadOnlyList<DailyUsage> Days);
