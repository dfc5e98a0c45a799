using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
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
    private readonly PredictionStore _predictions;
    private readonly ConcurrentDictionary<string, PublishedModel> _models = new(StubModels.All.ToDictionary(model => model.Name));
    private readonly ConcurrentDictionary<string, string> _deployments = [];
    private readonly ConcurrentQueue<Exception> _faults = [];
    private readonly ConcurrentQueue<StubResponse> _modelFaults = [];
    private readonly ConcurrentQueue<StubResponse> _listFaults = [];
    private bool _stallsModel;
    private int _cancels;
    private int _gets;
    private int _modelGets;
    private int _lists;
    private int _secretReads;

    private ReplicateStub(TimeProvider clock)
    {
        _clock = clock;
        _predictions = new PredictionStore(clock);
        _api = new LoopbackServer(context => GuardAsync(context, HandleApiAsync));
        _creates = new StubCreates(clock, _models, _predictions, (context, created) => WriteAsync(context, created, created.Look(moveOn: false), 201));
        Delivery = new StubDelivery(id => _predictions.Find(id) is { } prediction ? ImageOf(prediction.Index) : null);
        _delivery = new LoopbackServer(context => GuardAsync(context, Delivery.HandleAsync));
    }

    /// <summary>Base URL, for <c>REPLICATE_BASE_URL</c>.</summary>
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

    /// <summary>Every create that arrived, rejected ones included.</summary>
    public IReadOnlyList<RecordedCreate> Creates => _creates.Arrived;

    /// <summary>Predictions that exist.</summary>
    public IReadOnlyCollection<StubPrediction> Predictions => _predictions.All;

    /// <summary>Cancels that arrived. The client's handler may send one twice by itself, so compare with "at least".</summary>
    public int CancelCount => _cancels;

    public int GetCount => _gets;

    public int ModelGetCount => _modelGets;

    /// <summary>Reads of the list of predictions.</summary>
    public int ListCount => _lists;

    /// <summary>Reads of the webhook secret.</summary>
    public int SecretReads => _secretReads;

    /// <summary>Predictions per page of the list; the real one has 100.</summary>
    public int ListPageSize { get; set; } = 100;

    /// <summary>Whether the list has the inputs of the predictions.</summary>
    public bool ListsInputs { get; set; } = true;

    /// <summary>What webhooks are signed with.</summary>
    public string WebhookSecret { get; set; } = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>What reads of the webhook secret return instead of it; <c>null</c> = the secret.</summary>
    public StubResponse? SecretFault { get; set; }

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

    /// <summary>Lets all predictions succeed, as soon as there are this many.</summary>
    public async Task SucceedAsync(int count)
    {
        await Condition.UntilAsync(() => Predictions.Count >= count);
        foreach (var prediction in Predictions)
        {
            prediction.Script.Succeeded();
        }
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
        _models[name] = new PublishedModel(name, schemas, isCommunity);
        return this;
    }

    /// <summary>Gives a model a new version; the old one is gone.</summary>
    public ReplicateStub NewVersion(string name, string version)
    {
        _models[name] = _models[name] with { Version = version };
        return this;
    }

    /// <summary>Offers a deployment of a model.</summary>
    public ReplicateStub Deployment(string name, string model)
    {
        _deployments[name] = model;
        return this;
    }

    /// <summary>The next reads of a model get these responses.</summary>
    public ReplicateStub RejectsModel(params ReadOnlySpan<StubResponse> responses)
    {
        foreach (var response in responses)
        {
            _modelFaults.Enqueue(response);
        }

        return this;
    }

    /// <summary>The next reads of the list are rejected so.</summary>
    public ReplicateStub RejectsList(params ReadOnlySpan<StubResponse> responses)
    {
        foreach (var response in responses)
        {
            _listFaults.Enqueue(response);
        }

        return this;
    }

    /// <summary>Reads of a model never get a response.</summary>
    public ReplicateStub StallsModel()
    {
        _stallsModel = true;
        return this;
    }

    /// <summary>Allows so many creates per second of the stub's clock; see <see cref="StubThrottle"/>.</summary>
    public ReplicateStub Throttle(double rate, int burst, bool isPrecise = false)
    {
        _creates.Throttle = new StubThrottle(rate, burst, isPrecise, _clock);
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
            return StubResponse.Unauthenticated.WriteAsync(context);
        }

        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, path) switch
        {
            ("POST", ["v1", "predictions"]) => _creates.HandleAsync(context, null),
            ("POST", ["v1", "models", var owner, var name, "predictions"]) => _creates.HandleAsync(context, $"{owner}/{name}"),
            ("POST", ["v1", "deployments", var owner, var name, "predictions"]) when _deployments.TryGetValue($"{owner}/{name}", out var model) =>
                _creates.HandleAsync(context, model),
            ("GET", ["v1", "predictions", var id]) when _predictions.Find(id) is { } found => GetAsync(context, found),
            ("POST", ["v1", "predictions", var id, "cancel"]) when _predictions.Find(id) is { } found => CancelAsync(context, found),
            ("GET", ["v1", "predictions"]) => ListAsync(context),
            ("GET", ["v1", "webhooks", "default", "secret"]) when Interlocked.Increment(ref _secretReads) > 0 =>
                (SecretFault ?? new StubResponse(200, $$"""{"key":"{{WebhookSecret}}"}""", "application/json")).WriteAsync(context),
            ("GET", ["v1", "models", var owner, var name]) => GetModelAsync(context, $"{owner}/{name}", model => model.Document),
            ("GET", ["v1", "models", var owner, var name, "versions", var version]) =>
                GetModelAsync(context, $"{owner}/{name}", model => model.Version == version ? model.VersionDocument : null),
            ("GET", ["v1", "deployments", var owner, var name]) when _deployments.TryGetValue($"{owner}/{name}", out var deployed) =>
                GetModelAsync(context, deployed, model => model.DeploymentDocument(owner, name)),
            ("POST", ["v1", "files"]) => Files.HandleAsync(context, BaseUrl),
            _ => StubResponse.NotFound.WriteAsync(context),
        };
    }

    private Task GetModelAsync(HttpContext context, string name, Func<PublishedModel, string?> documentOf)
    {
        Interlocked.Increment(ref _modelGets);
        return _stallsModel ? Task.Delay(Timeout.Infinite, context.RequestAborted) : (_modelFaults.TryDequeue(out var fault) ? fault
            : _models.TryGetValue(name, out var model) && documentOf(model) is { } document ? new StubResponse(200, document, "application/json")
            : StubResponse.NotFound).WriteAsync(context);
    }

    private Task GetAsync(HttpContext context, StubPrediction prediction)
    {
        Interlocked.Increment(ref _gets);
        return prediction.NextGetFault() is { } fault ? fault.WriteAsync(context) : WriteAsync(context, prediction, prediction.Look(moveOn: true), 200);
    }

    /// <summary>Newest first, in pages, with an absolute URL of the next page that nobody may follow as it is.</summary>
    private async Task ListAsync(HttpContext context)
    {
        Interlocked.Increment(ref _lists);
        if (_listFaults.TryDequeue(out var fault))
        {
            await fault.WriteAsync(context);
            return;
        }

        var after = DateTimeOffset.TryParse(context.Request.Query["created_after"], CultureInfo.InvariantCulture, out var bound) ? bound
            : DateTimeOffset.MinValue;
        var skipped = int.TryParse(context.Request.Query["cursor"], CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        var listed = _predictions.All.Where(prediction => prediction.CreatedAt >= after).OrderByDescending(prediction => prediction.Index).ToList();
        var page = listed.Skip(skipped).Take(ListPageSize).Select(prediction =>
        {
            // A member may occur twice, as in Replicate's own, which JsonObject does not allow.
            using var json = JsonDocument.Parse(prediction.Write(prediction.Look(moveOn: false), BaseUrl, UrlOf(prediction), ImageOf(prediction.Index)));
            var members = json.RootElement.EnumerateObject().Where(member => ListsInputs || member.Name != "input");
            return $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"))}}}";
        });
        var next = skipped + ListPageSize < listed.Count
            ? $"\"http://127.0.0.1:9/v1/predictions?created_after={Uri.EscapeDataString(context.Request.Query["created_after"]!)}"
                + $"&cursor={skipped + ListPageSize}\""
            : "null";
        await new StubResponse(200, $"{{\"previous\":null,\"next\":{next},\"results\":[{string.Join(',', page)}]}}", "application/json").WriteAsync(context);
    }

    private string UrlOf(StubPrediction prediction) => $"{OutputHost}/xezq/{prediction.Id}/out-0.png";

    private Task CancelAsync(HttpContext context, StubPrediction prediction)
    {
        Interlocked.Increment(ref _cancels);
        return prediction.TryCancel() || prediction.Script.CancelStatus == 200
            ? WriteAsync(context, prediction, prediction.Look(moveOn: false), 200)
            : new StubResponse(prediction.Script.CancelStatus, """{"detail":"The prediction has already finished."}""").WriteAsync(context);
    }

    private Task WriteAsync(HttpContext context, StubPrediction prediction, PredictionState state, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(prediction.Write(state, BaseUrl, UrlOf(prediction), ImageOf(prediction.Index)), context.RequestAborted)
            .AsTask();
    }
}
