using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>
/// Replicate's HTTP API and its host of output files on two real loopback ports. Strict where the real one is (token, unknown members, headers) and as
/// noisy on the wire. Scripts are used by predictions in order; without one a prediction succeeds.
/// </summary>
internal sealed class ReplicateStub : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly LoopbackServer _api;
    private readonly LoopbackServer _delivery;
    private readonly StubCreates _creates;
    private readonly StubPredictions _predictions = new();
    private readonly ConcurrentDictionary<string, StubModel> _models = new(StubModels.All.ToDictionary(model => model.Name));
    private readonly ConcurrentQueue<Exception> _faults = [];
    private readonly ConcurrentQueue<StubAnswer> _modelFaults = [];
    private bool _stallsModel;
    private int _cancels;
    private int _gets;
    private int _modelGets;

    private ReplicateStub(TimeProvider clock)
    {
        _clock = clock;
        _api = new LoopbackServer(context => GuardAsync(context, HandleApiAsync));
        _creates = new StubCreates(clock, _models, _predictions, (context, created) => WriteAsync(context, created, created.Look(moveOn: false), 201));
        Delivery = new StubDelivery(id => _predictions.Find(id) is { } prediction ? ImageOf(prediction.Index) : null);
        _delivery = new LoopbackServer(context => GuardAsync(context, Delivery.HandleAsync));
    }

    /// <summary>Base address, for <c>REPLICATE_BASE_URL</c>.</summary>
    public string BaseUrl => _api.Origin + "/v1";

    /// <summary>Entry for <c>REPLICATE_OUTPUT_HOSTS</c>.</summary>
    public string OutputHost => _delivery.Origin;

    /// <summary>The only token that is taken.</summary>
    public string Token => "r8_StubStubStubStubStubStubStubStubStub0";

    /// <summary>The variables that point the service at this stub.</summary>
    public Dictionary<string, string?> Variables => new()
    {
        ["REPLICATE_API_TOKEN"] = Token,
        ["REPLICATE_BASE_URL"] = BaseUrl,
        ["REPLICATE_OUTPUT_HOSTS"] = OutputHost,
    };

    /// <summary>Faults of the output host, and what it saw.</summary>
    public StubDelivery Delivery { get; }

    /// <summary>Uploads of input files.</summary>
    public StubFiles Files { get; } = new();

    /// <summary>The image of the n-th prediction (from 0); a one-pixel PNG unless set.</summary>
    public Func<int, byte[]> ImageOf { get; set; } = _ => TinyPng;

    /// <summary>Every create that arrived, refused ones included.</summary>
    public IReadOnlyList<RecordedCreate> Creates => _creates.Arrived;

    /// <summary>Predictions that exist.</summary>
    public IReadOnlyCollection<StubPrediction> Predictions => _predictions.All;

    /// <summary>Creates that came before the time that <see cref="Throttle"/> had named.</summary>
    public int EarlyCreates => _creates.Throttle?.Early ?? 0;

    /// <summary>Cancels that arrived. The client's handler may send one twice by itself, so compare with "at least".</summary>
    public int CancelCount => _cancels;

    public int GetCount => _gets;

    public int ModelGetCount => _modelGets;

    /// <summary>Exceptions of the stub itself; a test that behaves oddly looks here first.</summary>
    public IReadOnlyCollection<Exception> Faults => _faults;

    public static byte[] TinyPng { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    /// <summary>Starts both servers.</summary>
    /// <param name="clock">Clock of the rate limit; share a fast one with the client.</param>
    public static async Task<ReplicateStub> StartAsync(TimeProvider? clock = null)
    {
        var stub = new ReplicateStub(clock ?? TimeProvider.System);
        await stub._api.OpenAsync();
        await stub._delivery.OpenAsync();
        return stub;
    }

    /// <summary>What the next prediction without a script does.</summary>
    public ReplicateStub Script(Action<PredictionScript> write)
    {
        _predictions.Script(write);
        return this;
    }

    /// <summary>What predictions do when no script is left.</summary>
    public ReplicateStub ByDefault(Action<PredictionScript> write)
    {
        _predictions.Default = write;
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

    /// <summary>Reads of a model are never answered.</summary>
    public ReplicateStub StallsModel()
    {
        _stallsModel = true;
        return this;
    }

    /// <summary>Allows one create per interval of the stub's clock.</summary>
    public ReplicateStub Throttle(TimeSpan interval)
    {
        _creates.Throttle = new StubThrottle(interval, _clock);
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
            ("POST", ["v1", "predictions"]) => _creates.HandleAsync(context, null),
            ("POST", ["v1", "models", var owner, var name, "predictions"]) => _creates.HandleAsync(context, $"{owner}/{name}"),
            ("GET", ["v1", "predictions", var id]) when _predictions.Find(id) is { } found => GetAsync(context, found),
            ("POST", ["v1", "predictions", var id, "cancel"]) when _predictions.Find(id) is { } found => CancelAsync(context, found),
            ("GET", ["v1", "models", var owner, var name]) => GetModelAsync(context, $"{owner}/{name}"),
            ("POST", ["v1", "files"]) => Files.HandleAsync(context, BaseUrl),
            _ => StubAnswer.NotFound.WriteAsync(context),
        };
    }

    private Task GetModelAsync(HttpContext context, string name)
    {
        Interlocked.Increment(ref _modelGets);
        return _stallsModel ? Task.Delay(Timeout.Infinite, context.RequestAborted) : (_modelFaults.TryDequeue(out var fault) ? fault
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

    private Task WriteAsync(HttpContext context, StubPrediction prediction, PredictionState state, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var url = $"{OutputHost}/xezq/{prediction.Id}/out-0.png";
        return context.Response.Body.WriteAsync(prediction.Write(state, BaseUrl, url, ImageOf(prediction.Index)), context.RequestAborted).AsTask();
    }
}
