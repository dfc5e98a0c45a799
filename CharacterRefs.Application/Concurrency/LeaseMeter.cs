using System.Diagnostics.Metrics;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.Concurrency;

/// <summary>Counts leases that ended while their holder still worked.</summary>
public sealed class LeaseMeter
{
    private readonly Counter<long> _lost;

    /// <summary>Creates the counter; the factory disposes the meter.</summary>
    public LeaseMeter(IMeterFactory meters) => _lost = meters.CreateServiceMeter()
        .CreateCounter<long>("characterrefs.leases.lost", "{lease}", "Leases that ended while their holder still worked; by what was leased.");

    /// <summary>Counts a lost lease.</summary>
    /// <param name="kind">What was leased, such as <c>job</c>; one of a few values, never an id.</param>
    public void Lost(string kind) => _lost.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
