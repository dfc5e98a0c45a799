using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>Responds to creates and keeps what arrived.</summary>
internal sealed class StubCreates(
    TimeProvider clock, ConcurrentDictionary<string, PublishedModel> models, PredictionStore predictions, Func<HttpContext, StubPrediction, Task> writeAsync)
{
    private readonly Lock _lock = new();
    private readonly List<RecordedCreate> _arrived = [];
    public StubThrottle? Throttle { get; set; }

    public IReadOnlyList<RecordedCreate> Arrived
    {
        get
        {
            lock (_lock)
            {
                return [.. _arrived];
            }
        }
    }

    public async Task HandleAsync(HttpContext context, string? modelName)
    {
        var request = await CreateRequest.ReadAsync(context, needsVersion: modelName is null);
        Record(context, request);
        await RespondAsync(context, request, modelName);
    }

    private async Task RespondAsync(HttpContext context, CreateRequest request, string? modelName)
    {
        var model = modelName is not null ? models.GetValueOrDefault(modelName) : models.Values.FirstOrDefault(known => known.Version == request.Version);
        var unknown = model is null || request.Input.ValueKind != JsonValueKind.Object
            ? null
            : request.Input.EnumerateObject().Select(input => input.Name).FirstOrDefault(input => !model.Knows(input));
        var rejection = model is null || (modelName is not null && model.IsCommunity) ? modelName is null ? StubResponse.BadVersion : StubResponse.NotFound
            : request.Rejection
            ?? (unknown is null ? null : StubResponse.Invalid("input", "additional_property_not_allowed", $"Additional property {unknown} is not allowed"))
            ?? Throttle?.Respond();
        if (rejection is not null || (rejection = predictions.Create(model!, request.Input, request.Webhook, out var prediction)) is not null)
        {
            await rejection.WriteAsync(context);
        }
        else if (prediction!.Script.ResetsAfterCreate)
        {
            context.Abort();
        }
        else if (prediction.Script.StallsAfterCreate)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        else
        {
            await HoldAsync(context, prediction);
            await writeAsync(context, prediction);
        }
    }

    private static async Task HoldAsync(HttpContext context, StubPrediction prediction)
    {
        if (context.Request.Headers["Prefer"].ToString() is not { Length: > 0 } prefer)
        {
            return;
        }

        context.Response.Headers["Preference-Applied"] = prefer;
        var wait = TimeSpan.FromSeconds(prefer.Split('=') is [_, var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 60);
        var held = Stopwatch.StartNew();
        while (prediction.TimeLeft is { Ticks: > 0 } left && wait - held.Elapsed is { Ticks: > 0 } timeout)
        {
            // Rounded up: a timer may fire a moment early.
            await Task.Delay((left < timeout ? left : timeout) + TimeSpan.FromMilliseconds(1), context.RequestAborted);
        }
    }

    private void Record(HttpContext context, CreateRequest request)
    {
        var headers = context.Request.Headers;
        lock (_lock)
        {
            _arrived.Add(new RecordedCreate(
                context.Request.Path, request.Version, request.Input, Text("Prefer"), Text("Cancel-After"), Text("User-Agent"), clock.GetUtcNow()));
        }

        string? Text(string name) => headers[name] is { Count: > 0 } value ? value.ToString() : null;
    }
}
