using System.Text.Json.Nodes;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>
/// What one prediction does. The first state is the response to the create, each poll takes the next, the last one stays. Faults of the create come
/// first, one per arrival. Without a script it succeeds: starting, processing, succeeded.
/// </summary>
internal sealed class PredictionScript
{
    public const string Sensitive = "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (x7gk2)";
    public const string Nsfw = "NSFW content detected. Try running it again, or try a different prompt.";
    public const string HighDemand = "Service is currently unavailable due to high demand. Please try again later. (E003)";

    private readonly List<PredictionState> _states = [];

    /// <summary>Faults that are still to come before the prediction is created.</summary>
    public Queue<StubResponse> CreateFaults { get; } = [];

    /// <summary>Responses that polls get before the states are shown.</summary>
    public Queue<StubResponse> GetFaults { get; } = [];

    public IReadOnlyList<PredictionState> States => _states.Count > 0 ? _states : [new("starting"), new("processing"), new("succeeded", true)];

    /// <summary>Sees the URL of the image and its bytes; <c>null</c> takes what the model's schema says.</summary>
    public Func<string, byte[], JsonNode?>? Output { get; private set; }

    /// <summary>What the model logged.</summary>
    public string Logs { get; private set; } = "";

    /// <summary>Real time from create to success; <c>null</c> goes by the states.</summary>
    public TimeSpan? ModelTime { get; private set; }

    public bool ResetsAfterCreate { get; private set; }

    public bool StallsAfterCreate { get; private set; }

    public bool SucceedsBeforeCancel { get; private set; }

    public bool NeverCancels { get; private set; }

    public int CancelStatus { get; private set; } = 200;

    public PredictionScript Starting() => Is("starting");

    public PredictionScript Processing() => Is("processing");

    /// <summary>The response to a create that waited, as seen when the model was fast.</summary>
    public PredictionScript ProcessingWithOutput() => Add(new PredictionState("processing", true));

    public PredictionScript Succeeded() => Add(new PredictionState("succeeded", true));

    public PredictionScript Failed(string? error) => Add(new PredictionState("failed", Error: error));

    public PredictionScript Canceled() => Is("canceled");

    public PredictionScript Aborted() => Is("aborted");

    public PredictionScript Is(string status, bool hasOutput = false) => Add(new PredictionState(status, hasOutput));

    public PredictionScript NeverEnds() => Starting().Processing();

    public PredictionScript WaitsForModel(TimeSpan time)
    {
        ModelTime = time;
        return this;
    }

    public PredictionScript Outputs(Func<string, byte[], JsonNode?> output)
    {
        Output = output;
        return this;
    }

    /// <summary>An output of any shape: <c>URL</c> is replaced by the URL of the image.</summary>
    public PredictionScript OutputsJson(string json) => Outputs((url, _) => JsonNode.Parse(json.Replace("URL", url, StringComparison.Ordinal)));

    public PredictionScript OutputsAt(string url) => Outputs((_, _) => url);

    public PredictionScript OutputsArray() => Outputs((url, _) => new JsonArray(url, url + "?second"));

    public PredictionScript Logging(string logs)
    {
        Logs = logs;
        return this;
    }

    public PredictionScript OutputsDataUri(string mediaType) => Outputs((_, image) => $"data:{mediaType};base64,{Convert.ToBase64String(image)}");

    /// <summary>The next create gets this response and creates nothing.</summary>
    public PredictionScript RejectsCreate(params ReadOnlySpan<StubResponse> responses)
    {
        foreach (var response in responses)
        {
            CreateFaults.Enqueue(response);
        }

        return this;
    }

    /// <summary>The next polls get these responses.</summary>
    public PredictionScript RejectsGet(params ReadOnlySpan<StubResponse> responses)
    {
        foreach (var response in responses)
        {
            GetFaults.Enqueue(response);
        }

        return this;
    }

    /// <summary>The prediction exists, but the connection is reset instead of a response.</summary>
    public PredictionScript ResetsAfterAccept()
    {
        ResetsAfterCreate = true;
        return this;
    }

    /// <summary>The prediction exists, but no response ever comes.</summary>
    public PredictionScript Stalls()
    {
        StallsAfterCreate = true;
        return this;
    }

    /// <summary>A cancel comes too late and gets this status.</summary>
    public PredictionScript FinishesBeforeCancel(int status)
    {
        (SucceedsBeforeCancel, CancelStatus) = (true, status);
        return this;
    }

    /// <summary>Every cancel returns this status and ends nothing.</summary>
    public PredictionScript RejectsCancel(int status)
    {
        (NeverCancels, CancelStatus) = (true, status);
        return this;
    }

    private PredictionScript Add(PredictionState state)
    {
        _states.Add(state);
        return this;
    }
}
