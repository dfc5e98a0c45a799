using System.Diagnostics.Metrics;
using CharacterRefs.Application.Telemetry;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Publishes how much work waits, and how long. The catalog is read when somebody collects the metrics, and then every few seconds at most.</summary>
internal sealed partial class BacklogGauges : IHostedService
{
    /// <summary>How long a reading is used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private const string AgeUnit = "s";

    private readonly BacklogReader _reader;
    private readonly TimeProvider _clock;
    private readonly ILogger<BacklogGauges> _logger;
    private readonly Lock _lock = new();
    private Backlog? _backlog;
    private DateTimeOffset? _readAt;

    public BacklogGauges(BacklogReader reader, IMeterFactory meters, TimeProvider clock, ILogger<BacklogGauges> logger)
    {
        (_reader, _clock, _logger) = (reader, clock, logger);
        var meter = meters.CreateServiceMeter();
        meter.CreateObservableGauge(
            "characterrefs.slots.open", () => Measure(backlog => backlog.Slots.Select(slot => Of(slot.Value.Count, slot.Key))), "{slot}",
            "Slots of generations that have not ended; by state.");
        meter.CreateObservableGauge(
            "characterrefs.slots.oldest_age", () => Measure(backlog => backlog.Slots.Select(slot => Of(AgeOf(slot.Value), slot.Key))), AgeUnit,
            "Age of the oldest slot, from its paid request, or from its generation while it is queued; by state.");
        Add(meter, "characterrefs.outputs", "{prediction}", "paid predictions whose image is not on local disk yet", backlog => backlog.Outputs);
        Add(meter, "characterrefs.uploads", "{image}", "images whose upload to the store is pending", backlog => backlog.Uploads);
        Add(meter, "characterrefs.webhooks", "{webhook}", "webhooks that are still to be delivered", backlog => backlog.Webhooks);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Add(Meter meter, string name, string unit, string what, Func<Backlog, BacklogPart> part)
    {
        meter.CreateObservableGauge(
            $"{name}.pending", () => Measure(backlog => (Measurement<long>[])[new(part(backlog).Count)]), unit, $"Number of {what}.");
        meter.CreateObservableGauge(
            $"{name}.oldest_age", () => Measure(backlog => (Measurement<double>[])[new(AgeOf(part(backlog)))]), AgeUnit, $"Age of the oldest of the {what}.");
    }

    private IEnumerable<Measurement<T>> Measure<T>(Func<Backlog, IEnumerable<Measurement<T>>> select)
        where T : struct => Read() is { } backlog ? select(backlog) : [];

    /// <returns><c>null</c> when the catalog cannot be read, so that the gauges have no value instead of an old one.</returns>
    private Backlog? Read()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (_readAt is { } at && now - at < Lifetime && now >= at)
            {
                return _backlog;
            }

            _readAt = now;
            try
            {
                // Gauges are collected synchronously, on a thread of the exporter.
                _backlog = Task.Run(() => _reader.ReadAsync(CancellationToken.None)).GetAwaiter().GetResult();
            }
            catch (Exception error)
            {
                // An exporter would drop it silently.
                LogNotRead(_logger, error.ToCause(), error.ToTrace());
                _backlog = null;
            }

            return _backlog;
        }
    }

    private double AgeOf(BacklogPart part) =>
        part.OldestAt is { } at ? Math.Max(0, (_clock.GetUtcNow() - CatalogRows.FromMicroseconds(at)).TotalSeconds) : 0;

    private static Measurement<T> Of<T>(T value, string state)
        where T : struct => new(value, new KeyValuePair<string, object?>("state", state.ToLowerInvariant()));

    [LoggerMessage(330, LogLevel.Warning, "The gauges of pending work have no value, because the catalog could not be read: {Cause}")]
    private static partial void LogNotRead(ILogger logger, string cause, Exception? trace);
}
