using System.Collections.Concurrent;
using System.Diagnostics;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Tests.Support.Telemetry;

/// <summary>Records the spans of the service that end. Those of tests that run at the same time are among them.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ServiceTelemetry.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Waits for the span with this name and tag.</summary>
    public async Task<Activity> FindAsync(string name, string tag, object value)
    {
        Activity? found = null;
        await Condition.UntilAsync(
            () => (found = _spans.FirstOrDefault(span => span.OperationName == name && Equals(span.GetTagItem(tag), value))) is not null);
        return found!;
    }

    public void Dispose() => _listener.Dispose();
}
