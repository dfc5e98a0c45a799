using System.Diagnostics.Metrics;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>Counts attempts to deliver webhooks.</summary>
internal sealed class WebhookMeter
{
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string GivenUp = "given_up";

    private readonly Counter<long> _attempts;

    public WebhookMeter(IMeterFactory meters) => _attempts = meters.CreateServiceMeter()
        .CreateCounter<long>("characterrefs.webhooks.attempts", "{attempt}", "Attempts to deliver a webhook; by outcome and type of event.");

    /// <summary>
    /// Begins the series that an alert rule reads, with 0: the first event of a series that begins with 1 is no increase. To be called when exporters listen.
    /// </summary>
    public void Begin()
    {
        foreach (var type in WebhookEvent.Types)
        {
            Add(GivenUp, type, 0);
        }
    }

    /// <param name="outcome">One of the constants.</param>
    /// <param name="type">Type of the event.</param>
    public void Attempted(string outcome, string type) => Add(outcome, type, 1);

    private void Add(string outcome, string type, long count) => _attempts.Add(count, new(ServiceTelemetry.Outcome, outcome), new("type", type));
}
