using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The scripts that wait and the predictions that were made from them.</summary>
internal sealed class PredictionStore(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Queue<PredictionScript> _scripts = [];
    private readonly ConcurrentDictionary<string, StubPrediction> _all = new();

    public Action<PredictionScript> Default { get; set; } = _ => { };

    public IReadOnlyCollection<StubPrediction> All => [.. _all.Values.OrderBy(prediction => prediction.Index)];

    public StubPrediction? Find(string id) => _all.GetValueOrDefault(id);

    public void Script(Action<PredictionScript> write)
    {
        var script = new PredictionScript();
        write(script);
        lock (_lock)
        {
            _scripts.Enqueue(script);
        }
    }

    /// <summary>Makes the next prediction, or gives the next fault that its script has for the create.</summary>
    public StubResponse? Create(PublishedModel model, JsonElement input, string? webhook, out StubPrediction? prediction)
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
                Default(script = new PredictionScript());
            }

            var index = _all.Count;
            var id = $"{Guid.NewGuid():N}"[..22] + index.ToString("0000", CultureInfo.InvariantCulture);
            prediction = _all[id] = new StubPrediction(id, index, model, input, webhook, clock.GetUtcNow(), script);
            return null;
        }
    }
}
