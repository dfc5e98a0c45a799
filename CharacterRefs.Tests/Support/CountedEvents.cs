using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Tests.Support;

/// <summary>Listens to the service's meter from its making on, and sums up per counter and tag.</summary>
internal sealed class CountedEvents : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    /// <param name="meters">Whose meters; others of the same name belong to other tests.</param>
    public CountedEvents(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StorageMeter.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Key}={tags[0].Value}";
            _sums.AddOrUpdate(name, count, (_, sum) => sum + count);
        });
        _listener.Start();
    }

    /// <summary>What was counted, such as <c>characterrefs.store_attempts outcome=stored</c>.</summary>
    public IReadOnlyDictionary<string, long> Sums => _sums;

    public void Dispose() => _listener.Dispose();
}
