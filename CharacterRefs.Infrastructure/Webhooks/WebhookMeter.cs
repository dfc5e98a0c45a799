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

    /// <param name="outcome">One of the constants.</param>
    /// <param name="type">Type of the event.</param>
    public void Attempted(string outcome, string type) => _attempts.Add(1, new(ServiceTelemetry.Outcome, outcome), new("type", type));
}
