namespace CharacterRefs.Tests.Benchmarks;

/// <summary>Medians of many rounds.</summary>
internal static class Medians
{
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>How much longer the one took than the other, round by round, because both met the same noise in a round.</summary>
    public static double Ratio(IEnumerable<TimeSpan> theirs, IEnumerable<TimeSpan> ours, TimeSpan notCounted = default) =>
        Of(theirs.Zip(ours, (their, our) => (their - notCounted) / our));

    public static double Seconds(IEnumerable<TimeSpan> times) => Of(times.Select(time => time.TotalSeconds));
}
