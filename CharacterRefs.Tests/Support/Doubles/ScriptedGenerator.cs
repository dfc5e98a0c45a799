using System.Collections.Concurrent;
using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A generator whose images end as scripted, by the order in which they are begun; without a script it delivers.</summary>
internal sealed class ScriptedGenerator : IImageGenerator
{
    private int _begun;

    public bool IsMetered { get; init; } = true;

    public bool UsesSeed { get; init; } = true;

    /// <summary>Whether its images are another generator's.</summary>
    public bool IsAnother { get; set; }

    /// <summary>What the plan says, or its rejection.</summary>
    public Error? PlanError { get; set; }

    public GenerationRequest? Planned { get; private set; }

    /// <summary>By order of the begin: how the work ends after the prediction has started.</summary>
    public Dictionary<int, Func<ScriptedSlot, Task<SlotOutcome>>> Scripts { get; } = [];

    public ConcurrentQueue<SlotTask> Tasks { get; } = [];

    /// <summary>What a search for a lost request finds, in turn; then nothing.</summary>
    public ConcurrentQueue<Result<string>> Searches { get; } = [];

    public ConcurrentQueue<Func<string, Task<bool>>> Claims { get; } = [];

    public bool Serves(string model) => !IsAnother;

    public Task<Result<GenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        Planned = request;
        return Task.FromResult<Result<GenerationPlan>>(PlanError is { } error ? error : new GenerationPlan(
            "owner/planned", new Dictionary<string, JsonElement> { ["steps"] = JsonSerializer.SerializeToElement(28) }, ["negative_prompt"], UsesSeed));
    }

    public Task<IReadOnlyList<ModelDescription>> DescribeModelsAsync(IReadOnlyList<string> models, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ModelDescription>>([]);

    public async Task<SlotOutcome> GenerateAsync(SlotTask task, ISlotProgress progress, CancellationToken cancel, CancellationToken stop)
    {
        Tasks.Enqueue(task);
        var slot = new ScriptedSlot(Interlocked.Increment(ref _begun) - 1, task, progress, cancel, stop);
        return Scripts.TryGetValue(slot.Index, out var script) ? await script(slot) : await slot.DeliverAsync();
    }

    public Task<Result<string>> FindSubmissionAsync(SlotTask task, Func<string, Task<bool>> isClaimed, CancellationToken cancellationToken)
    {
        Claims.Enqueue(isClaimed);
        return Task.FromResult(Searches.TryDequeue(out var found) ? found : "");
    }
}
