namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// The time that all processes on a catalog agree on: of this process where it is alone, of the database where nodes share one. The ends of leases of
/// jobs are converted with it on their way to the catalog and back.
/// </summary>
internal sealed class CatalogClock(TimeProvider clock)
{
    private long _offset;

    /// <summary>How far the clock of the database is ahead of this process's; in microseconds, so that a time survives the way there and back.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long Now => ToCatalog(clock.GetUtcNow());

    /// <summary>A time of this process in microseconds of the catalog.</summary>
    public long ToCatalog(DateTimeOffset time) => CatalogRows.ToMicroseconds(time + Offset);

    /// <summary>A time of the catalog as this process counts it.</summary>
    public DateTimeOffset FromCatalog(long microseconds) => CatalogRows.FromMicroseconds(microseconds) - Offset;
}
