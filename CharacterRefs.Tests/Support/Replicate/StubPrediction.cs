using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A prediction that was created, and how it is written on the wire.</summary>
internal sealed class StubPrediction(
    string id, int index, PublishedModel model, JsonElement input, string? webhook, DateTimeOffset createdAt, PredictionScript script)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _age = Stopwatch.StartNew();
    private int _step;
    private PredictionState? _ended;

    public string Id => id;

    public int Index => index;

    public JsonElement Input => input;

    public string? Webhook => webhook;

    public DateTimeOffset CreatedAt => createdAt;

    public PredictionScript Script => script;

    public bool IsCanceled => _ended?.Status == "canceled";

    /// <summary>What is left of the model's time.</summary>
    public TimeSpan TimeLeft => script.ModelTime - _age.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    public StubResponse? NextGetFault()
    {
        lock (_lock)
        {
            return script.GetFaults.TryDequeue(out var fault) ? fault : null;
        }
    }

    /// <summary>The state now; a look moves on.</summary>
    public PredictionState Look(bool moveOn)
    {
        lock (_lock)
        {
            if (_ended is not null)
            {
                return _ended;
            }

            if (script.ModelTime is not null)
            {
                return TimeLeft > TimeSpan.Zero ? new PredictionState("processing") : new PredictionState(moveOn ? "succeeded" : "processing", true);
            }

            _step += moveOn ? 1 : 0;
            return script.States[Math.Min(_step, script.States.Count - 1)];
        }
    }

    /// <summary>Ends it; <c>false</c> when it had ended before.</summary>
    public bool TryCancel()
    {
        lock (_lock)
        {
            var state = Look(moveOn: false);
            if (script.SucceedsBeforeCancel || (script.ModelTime is not null && TimeLeft == TimeSpan.Zero))
            {
                state = _ended = new PredictionState("succeeded", true);
            }

            if (state.IsTerminal || script.NeverCancels)
            {
                return false;
            }

            _ended = new PredictionState("canceled");
            return true;
        }
    }

    /// <summary>As recorded from the real API: a starting one omits most members, <c>model</c> comes twice, times have nine digits.</summary>
    public byte[] Write(PredictionState state, string baseUrl, string imageUrl, byte[] image)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("model", "replicate-internal/renamed");
            json.WriteString("model", model.Name);
            json.WriteString("version", model.IsCommunity ? model.Version : "hidden");
            json.WritePropertyName("input");
            input.WriteTo(json);
            json.WriteString("logs", script.Logs);
            json.WriteString("status", state.Status);
            json.WriteString("created_at", createdAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
            if (webhook is not null)
            {
                json.WriteString("webhook", webhook);
            }

            json.WriteString("some_new_member", "ignored");
            if (state.Status != "starting")
            {
                json.WriteBoolean("data_removed", false);
                json.WritePropertyName("output");
                (state.HasOutput ? (script.Output ?? model.Output)(imageUrl, image) : null).WriteOrNull(json);
            }

            if (state.Error is null)
            {
                json.WriteNull("error");
            }
            else
            {
                json.WriteString("error", state.Error);
            }

            json.WriteStartObject("urls");

            // No client may follow these: a URL in a response is foreign data.
            json.WriteString("get", "http://127.0.0.1:9/must-not-be-followed");
            json.WriteString("cancel", $"{baseUrl}/predictions/{id}/cancel");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
