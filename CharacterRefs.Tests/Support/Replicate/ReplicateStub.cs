using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>
/// Replicate's HTTP API and its host of output files on two real loopback ports. Strict where the real one is (token, unknown members, headers) and as
/// noisy on the wire. Scripts are used by predictions in order; without one a prediction succeeds.
/// </summary>
internal sealed class ReplicateStub : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly LoopbackServer _api;
    private readonly LoopbackServer _delivery;
    private readonly Lock _lock = new();
    private readonly Queue<PredictionScript> _scripts = [];
    private readonly List<RecordedCreate> _creates = [];
    private readonly ConcurrentDictionary<string, StubModel> _models = new(StubModels.All.ToDictionary(model => model.Name));
    private readonly ConcurrentDictionary<string, StubPrediction> _predictions = new();
    private readonly ConcurrentQueue<Exception> _faults = [];
    private readonly ConcurrentQueue<StubAnswer> _modelFaults = [];
    private Action<PredictionScript> _default = _ => { };
    private StubThrottle? _throttle;
    private int _serial;
    private int _cancels;
    private int _gets;
    private int _modelGets;

    private ReplicateStub(TimeProvider time)
    {
        _time = time;
        _api = new LoopbackServer(context => GuardAsync(context, HandleApiAsync));
        Delivery = new StubDelivery(id => _predictions.TryGetValue(id, out var prediction) ? ImageOf(prediction.Index) : null);
        _delivery = new LoopbackServer(context => GuardAsync(context, Delivery.HandleAsync));
    }

    /// <summary>Base address, for <c>REPLICATE_BASE_URL</c>.</summary>
    public string BaseUrl => _api.Origin + "/v1";

    /// <summary>Entry for <c>REPLICATE_OUTPUT_HOSTS</c>.</summary>
    public string OutputHost => _delivery.Origin;

    /// <summary>The only token that is taken.</summary>
    public string Token => "r8_StubStubStubStubStubStubStubStubStub0";

    /// <summary>Faults of the output host, and what it saw.</summary>
    public StubDelivery Delivery { get; }

    /// <summary>Uploads of input files.</summary>
    public StubFiles Files { get; } = new();

    /// <summary>The image of the n-th prediction (from 0); a one-pixel PNG unless set.</summary>
    public Func<int, byte[]> ImageOf { get; set; } = _ => TinyPng;

    /// <summary>Every create that arrived, refused ones included.</summary>
    public IReadOnlyList<RecordedCreate> Creates
    {
        get
        {
            lock (_lock)
            {
                return [.. _creates];
            }
        }
    }

    /// <summary>Predictions that exist.</summary>
    public IReadOnlyCollection<StubPrediction> Predictions => [.. _predictions.Values.OrderBy(prediction => prediction.Index)];

    /// <summary>Cancels that arrived. The client's handler may send one twice by itself, so compare with "at least".</summary>
    public int CancelCount => _cancels;

    public int GetCount => _gets;

    public int ModelGetCount => _modelGets;

    /// <summary>Exceptions of the stub itself; a test that behaves oddly looks here first.</summary>
    public IReadOnlyCollection<Exception> Faults => _faults;

    public static byte[] TinyPng { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    /// <summary>Starts both servers.</summary>
    /// <param name="time">Clock of the rate limit; share a fast one with the client.</param>
    public static async Task<ReplicateStub> StartAsync(TimeProvider? time = null)
    {
        var stub = new ReplicateStub(time ?? TimeProvider.System);
        await stub._api.OpenAsync();
        await stub._delivery.OpenAsync();
        return stub;
    }

    /// <summary>What the next prediction without a script does.</summary>
    public ReplicateStub Script(Action<PredictionScript> write)
    {
        var script = new PredictionScript();
        write(script);
        lock (_lock)
        {
            _scripts.Enqueue(script);
        }

        return this;
    }

    /// <summary>What predictions do when no script is left.</summary>
    public ReplicateStub ByDefault(Action<PredictionScript> write)
    {
        _default = write;
        return this;
    }

    /// <summary>Offers a model, or replaces one.</summary>
    public ReplicateStub Model(string name, JsonObject? schemas, bool isCommunity = false)
    {
        _models[name] = new StubModel(name, schemas, isCommunity);
        return this;
    }

    /// <summary>The next reads of a model are answered so.</summary>
    public ReplicateStub RefusesModel(params ReadOnlySpan<StubAnswer> answers)
    {
        foreach (var answer in answers)
        {
            _modelFaults.Enqueue(answer);
        }

        return this;
    }

    /// <summary>Allows one create per interval of the stub's clock.</summary>
    public ReplicateStub Throttle(TimeSpan interval)
    {
        _throttle = new StubThrottle(interval, _time);
        return this;
    }

    /// <summary>Closes the API's port: connections are refused.</summary>
    public Task CloseAsync() => _api.CloseAsync();

    /// <summary>Opens the same port again.</summary>
    public Task OpenAsync() => _api.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _delivery.DisposeAsync();
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate handle)
    {
        try
        {
            await handle(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception error)
        {
            _faults.Enqueue(error);
            throw;
        }
    }

    private Task HandleApiAsync(HttpContext context)
    {
        context.Response.Headers["ratelimit-remaining"] = "2999";
        context.Response.Headers["ratelimit-reset"] = "1";
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            return StubAnswer.Unauthenticated.WriteAsync(context);
        }

        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, path) switch
        {
            ("POST", ["v1", "predictions"]) => CreateAsync(context, null),
            ("POST", ["v1", "models", var owner, var name, "predictions"]) => CreateAsync(context, $"{owner}/{name}"),
            ("GET", ["v1", "predictions", var id]) when _predictions.TryGetValue(id, out var found) => GetAsync(context, found),
            ("POST", ["v1", "predictions", var id, "cancel"]) when _predictions.TryGetValue(id, out var found) => CancelAsync(context, found),
            ("GET", ["v1", "models", var owner, var name]) => GetModelAsync(context, $"{owner}/{name}"),
            ("POST", ["v1", "files"]) => Files.HandleAsync(context, BaseUrl),
            _ => StubAnswer.NotFound.WriteAsync(context),
        };
    }

    private Task GetModelAsync(HttpContext context, string name)
    {
        Interlocked.Increment(ref _modelGets);
        return (_modelFaults.TryDequeue(out var fault) ? fault
            : _models.TryGetValue(name, out var model) ? new StubAnswer(200, model.Document, "application/json")
            : StubAnswer.NotFound).WriteAsync(context);
    }

    private Task GetAsync(HttpContext context, StubPrediction prediction)
    {
        Interlocked.Increment(ref _gets);
        return prediction.NextGetFault() is { } fault ? fault.WriteAsync(context) : WriteAsync(context, prediction, prediction.Look(moveOn: true), 200);
    }

    private Task CancelAsync(HttpContext context, StubPrediction prediction)
    {
        Interlocked.Increment(ref _cancels);
        return prediction.TryCancel() || prediction.Script.CancelStatus == 200
            ? WriteAsync(context, prediction, prediction.Look(moveOn: false), 200)
            : new StubAnswer(prediction.Script.CancelStatus, """{"detail":"The prediction has already finished."}""").WriteAsync(context);
    }

    private async Task CreateAsync(HttpContext context, string? modelName)
    {
        var request = await CreateRequest.ReadAsync(context, needsVersion: modelName is null);
        var isSerial = context.Request.Headers["Prefer"].Count == 0;
        Record(context, request, isSerial);
        try
        {
            await AnswerCreateAsync(context, request, modelName);
        }
        finally
        {
            Interlocked.Add(ref _serial, isSerial ? -1 : 0);
        }
    }

    private async Task AnswerCreateAsync(HttpContext context, CreateRequest request, string? modelName)
    {
        var model = modelName is not null ? _models.GetValueOrDefault(modelName) : _models.Values.FirstOrDefault(known => known.Version == request.Version);
        var unknown = model is null || request.Input.ValueKind != System.Text.Json.JsonValueKind.Object
            ? null
            : request.Input.EnumerateObject().Select(input => input.Name).FirstOrDefault(input => !model.Knows(input));
        var refusal = model is null || (modelName is not null && model.IsCommunity) ? modelName is null ? StubAnswer.BadVersion : StubAnswer.NotFound
            : request.Refusal
            ?? (unknown is null ? null : StubAnswer.Invalid("input", "additional_property_not_allowed", $"Additional property {unknown} is not allowed"))
            ?? _throttle?.Take();
        if (refusal is not null || (refusal = TakeScript(model!, request, out var prediction)) is not null)
        {
            await refusal.WriteAsync(context);
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
            await WriteAsync(context, prediction, prediction.Look(moveOn: false), 201);
        }
    }

    private StubAnswer? TakeScript(StubModel model, CreateRequest request, out StubPrediction? prediction)
    {
        lock (_lock)
        {
            prediction = null;
            if (_scripts.TryPeek(out var script) && script.CreateFaults.TryDequeue(out var fault))
            {
                return fault;
            }

            if (!_scripts.TryDequeue(out script))
            {
                _default(script = new PredictionScript());
            }

            var index = _predictions.Count;
            var id = $"{Guid.NewGuid():N}"[..22] + index.ToString("0000", CultureInfo.InvariantCulture);
            prediction = _predictions[id] = new StubPrediction(id, index, model, request.Input, script);
            return null;
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
        if (prediction.TimeLeft > TimeSpan.Zero)
        {
            await Task.Delay(prediction.TimeLeft < wait ? prediction.TimeLeft : wait, context.RequestAborted);
        }
    }

    private Task WriteAsync(HttpContext context, StubPrediction prediction, PredictionState state, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var url = $"{OutputHost}/xezq/{prediction.Id}/out-0.png";
        return context.Response.Body.WriteAsync(prediction.Write(state, BaseUrl, url, ImageOf(prediction.Index)), context.RequestAborted).AsTask();
    }

    private void Record(HttpContext context, CreateRequest request, bool isSerial)
    {
        var headers = context.Request.Headers;
        var serial = Interlocked.Add(ref _serial, isSerial ? 1 : 0);
        lock (_lock)
        {
            _creates.Add(new RecordedCreate(
                context.Request.Path, request.Version, request.Input, Text("Prefer"), Text("Cancel-After"), Text("User-Agent"), _time.GetUtcNow(), serial));
        }

        string? Text(string name) => headers[name] is { Count: > 0 } value ? value.ToString() : null;
    }
}
