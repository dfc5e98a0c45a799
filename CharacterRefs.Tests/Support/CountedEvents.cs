using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Tests.Support;

/// <summary>Listens to the service's meter from its making on, and sums up per counter and tags.</summary>
internal sealed class CountedEvents : IDisposable
{
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, double> _gauges = new();
    private readonly MeterListener _listener = new();

    /// <param name="meters">Whose meters; others of the same name belong to other tests.</param>
    public CountedEvents(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ServiceTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Record(instrument, count, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, count, tags, _) => Record(instrument, count, tags));
        _listener.Start();
    }

    /// <summary>What was counted, such as <c>characterrefs.store_attempts outcome=stored</c>; of a histogram the sum of its values.</summary>
    public IReadOnlyDictionary<string, double> Sums => _sums;

    /// <summary>Collects the gauges, as an exporter does.</summary>
    /// <returns>The values; gauges without a value are not there.</returns>
    public IReadOnlyDictionary<string, double> Collect()
    {
        _gauges.Clear();
        _listener.RecordObservableInstruments();
        return new Dictionary<string, double>(_gauges);
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]);
        if (instrument.IsObservable)
        {
            _gauges[name] = value;
        }
        else
        {
            _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
