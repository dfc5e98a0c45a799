using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Inputs;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>A request that fits its model; each image is a prediction of its own.</summary>
internal sealed class ReplicatePlan(
    ModelCard card, FittedInputs inputs, ReferenceSource? reference, PredictionRunner runner, OutputDownloader downloader) : IGenerationPlan
{
    /// <inheritdoc/>
    public string Model => card.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, JsonElement> ParametersUsed => inputs.Values;

    /// <inheritdoc/>
    public IReadOnlyList<string> ParametersDropped => inputs.Dropped;

    /// <inheritdoc/>
    public bool UsesSeed => inputs.UsesSeed;

    /// <inheritdoc/>
    public async Task<Result<T>> GenerateAsync<T>(
        int? seed, Func<string, Task> onPredictionCreated, Func<Stream, CancellationToken, Task<Result<T>>> receive, CancellationToken cancellationToken)
    {
        string? referenceUrl = null;
        if (reference is not null && !(await reference.GetAsync(cancellationToken)).TryGet(out referenceUrl, out var unavailable))
        {
            return unavailable;
        }

        var run = await runner.RunAsync(card, inputs.For(seed, referenceUrl), onPredictionCreated, cancellationToken);
        if (!run.TryGet(out var prediction, out var failure))
        {
            return failure;
        }

        return OutputSource.Read(prediction.Output) is { } source
            ? await downloader.FetchAsync(card.Name, source, receive)
            : ReplicateErrors.NoOutput(card.Name);
    }
}
