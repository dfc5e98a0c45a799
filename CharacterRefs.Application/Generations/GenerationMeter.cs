using System.Diagnostics;
using System.Diagnostics.Metrics;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.Generations;

/// <summary>Counts the slots of generations that ended, with their duration and estimated cost.</summary>
public sealed class GenerationMeter
{
    // What a slot that was paid for, or may have been, can end with: errors of the provider's responses, ours, and SlotFailure's own. Not Canceled, which
    // somebody wanted.
    private static readonly string[] s_lossErrors =
    [
        nameof(ErrorKind.UpstreamFailed), nameof(ErrorKind.UpstreamTimedOut), nameof(ErrorKind.GenerationRejected), nameof(ErrorKind.InternalError),
        nameof(ErrorKind.ConfigurationError), SlotFailure.SubmissionLost,
    ];

    // What a slot can fail with besides, before it is paid for: the request or a reference image is not acceptable, or a limit was reached.
    private static readonly string[] s_otherErrors =
    [
        nameof(ErrorKind.RateLimited), nameof(ErrorKind.ValidationError), nameof(ErrorKind.NotFound),
        nameof(ErrorKind.StorageUnavailable),
    ];

    private readonly Counter<long> _slots;
    private readonly Counter<long> _paidLosses;
    private readonly Counter<double> _cost;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments; the factory disposes the meter.</summary>
    public GenerationMeter(IMeterFactory meters)
    {
        var meter = meters.CreateServiceMeter();
        _slots = meter.CreateCounter<long>("characterrefs.generation.slots", "{slot}", "Slots that ended; by outcome, model and error.");
        _paidLosses = meter.CreateCounter<long>(
            "characterrefs.generation.paid_losses", "{slot}", "Slots without an image that were paid for, or may have been; by model and error.");
        _cost = meter.CreateCounter<double>("characterrefs.generation.cost", "{USD}", "Estimated cost in USD of the slots that ended; by model.");
        _duration = meter.CreateHistogram(
            "characterrefs.generation.duration",
            "s",
            "Time from the paid request to the end of the slot; by outcome and model.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800, 3600] });
    }

    /// <summary>
    /// Begins the series of ended slots and paid losses of these models, with 0: the first event of a series that begins with 1 is no increase for an alert
    /// rule. To be called when exporters listen.
    /// </summary>
    public void Begin(IEnumerable<string> models)
    {
        foreach (var name in models)
        {
            var model = new KeyValuePair<string, object?>(ServiceTelemetry.Model, name);
            _slots.Add(0, OutcomeTag(GenerationSlotState.Succeeded), model);
            _slots.Add(0, OutcomeTag(GenerationSlotState.Canceled), model, ErrorTag("Canceled"));
            foreach (var error in s_lossErrors.Concat(s_otherErrors))
            {
                _slots.Add(0, OutcomeTag(GenerationSlotState.Failed), model, ErrorTag(error));
            }

            foreach (var error in s_lossErrors)
            {
                _paidLosses.Add(0, model, ErrorTag(error));
            }
        }
    }

    /// <summary>Counts a slot whose end was recorded. Each end is recorded once, whichever process records it.</summary>
    public void Ended(Generation generation, GenerationSlot slot)
    {
        var model = new KeyValuePair<string, object?>(ServiceTelemetry.Model, generation.Model);
        var byOutcome = new TagList([OutcomeTag(slot.State), model]);
        if (slot is { StartedAt: { } start, CompletedAt: { } end })
        {
            _duration.Record(Math.Max(0, (end - start).TotalSeconds), byOutcome);
        }

        KeyValuePair<string, object?>? error = slot.Error is null ? null : ErrorTag(slot.Error);
        _slots.Add(1, error is { } tag ? [.. byOutcome, tag] : byOutcome);
        if (slot.IsPaidLoss)
        {
            _paidLosses.Add(1, error is { } cause ? [model, cause] : [model]);
        }

        if (slot.MayBePaid && generation.PricePerImage is { } price)
        {
            _cost.Add((double)price, model);
        }
    }

    /// <summary>The value of the tag <c>outcome</c>: the state in lower case.</summary>
    public static string OutcomeOf(GenerationSlot slot) => OutcomeOf(slot.State);

    private static string OutcomeOf(GenerationSlotState state) => state.ToString().ToLowerInvariant();

    private static KeyValuePair<string, object?> OutcomeTag(GenerationSlotState state) => new(ServiceTelemetry.Outcome, OutcomeOf(state));

    private static KeyValuePair<string, object?> ErrorTag(string error) => new(ServiceTelemetry.ErrorType, error);
}
