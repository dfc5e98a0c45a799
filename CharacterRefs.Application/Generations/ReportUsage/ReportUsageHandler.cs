using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.ReportUsage;

/// <summary>Sums images and estimated cost by day and model, and reads the limit on what may be paid for.</summary>
public sealed class ReportUsageHandler(IGenerationLedger ledger, TimeProvider clock, IRateLimit? limit = null)
{
    private const int DefaultDays = 30;
    private const int MostDays = 366;

    /// <param name="from">First UTC day; <c>null</c> = 30 days before the last.</param>
    /// <param name="to">Last UTC day; <c>null</c> = today.</param>
    /// <returns>The sums, or <see cref="ErrorKind.ValidationError"/> on <c>from</c>.</returns>
    public async Task<Result<UsageReport>> HandleAsync(DateOnly? from, DateOnly? to, CancellationToken cancellationToken)
    {
        var last = to ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var first = from ?? last.AddDays(1 - DefaultDays);
        return first > last || last.DayNumber - first.DayNumber >= MostDays
            ? Error.Invalid(
                "from", $"from must not be after to, and from and to must span at most {MostDays} days; they were {first:yyyy-MM-dd} and {last:yyyy-MM-dd}.")
            : new UsageReport(first, last, await ledger.SumUsageAsync(first, last, cancellationToken), limit?.State);
    }
}
