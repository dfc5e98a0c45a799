using System.Text.RegularExpressions;

namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>A prediction as Replicate writes it. A starting one omits most members, so all but id and status may be absent.</summary>
internal sealed partial record Prediction
{
    public string? Id { get; init; }

    public string? Status { get; init; }

    /// <summary>String, array, object or null: whatever the model returns.</summary>
    public JsonElement Output { get; init; }

    /// <summary>What was sent to the model; undefined where a list leaves it out.</summary>
    public JsonElement Input { get; init; }

    /// <summary>The webhook URL of the create; <c>null</c> without one.</summary>
    public string? Webhook { get; init; }

    /// <summary>When it ended, UTC; <c>null</c> before, and in the response to a create that waited.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>String or null by the contract, anything by the official clients' types.</summary>
    public JsonElement Error { get; init; }

    /// <summary>String or null.</summary>
    public JsonElement Logs { get; init; }

    /// <summary>The id goes into URLs, so it is checked and not escaped.</summary>
    public bool HasLegalId => Id is not null && LegalId().IsMatch(Id);

    public bool HasSucceeded => Status == PredictionStatus.Succeeded;

    /// <summary>An unknown status counts as still running, under our own deadline.</summary>
    public bool IsTerminal => Status is
        PredictionStatus.Succeeded or PredictionStatus.Failed or PredictionStatus.Canceled or PredictionStatus.Aborted;

    /// <summary>Whether this version does not know what the status means.</summary>
    public bool HasUnknownStatus => !IsTerminal && Status is not (null or PredictionStatus.Starting or PredictionStatus.Processing);

    public bool HasOutput => Output.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The error message; empty when the model gave none.</summary>
    public string ErrorText => Error.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "" : Error.ToString();

    /// <summary>What the model logged; empty when it logged nothing.</summary>
    public string LogText => Logs.ValueKind == JsonValueKind.String ? Logs.GetString()! : "";

    [GeneratedRegex(@"\A[a-z0-9]{1,64}\z")]
    private static partial Regex LegalId();
}
