using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Generates images with the models that Replicate hosts; each image is a prediction of its own.</summary>
internal sealed class ReplicateGenerator(
    ModelCardCache cards,
    PredictionSubmitter submitter,
    PredictionWatcher watcher,
    SubmissionSearch search,
    OutputDownloader downloader,
    ReplicateOptions options,
    TimeProvider clock) : IImageGenerator
{
    // A list of models is not worth a longer wait; the ones read so far are described, the others get an error.
    private static readonly TimeSpan s_longestDescription = TimeSpan.FromSeconds(10);

    public bool IsMetered => true;

    public bool Serves(string model) => model != ModelPrices.Placeholder;

    public async Task<Result<GenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        if (options.Token is null)
        {
            return ReplicateErrors.TokenMissing();
        }

        if (!(await cards.GetAsync(request.Model, cancellationToken)).TryGet(out var card, out var unusable))
        {
            return unusable;
        }

        return ModelInputs.Fit(request, card.Schema).TryGet(out var inputs, out var rejection)
            ? new GenerationPlan(card.Name, inputs.Values, inputs.Dropped, inputs.UsesSeed)
            : rejection;
    }

    public async Task<IReadOnlyList<ModelDescription>> DescribeModelsAsync(IReadOnlyList<string> models, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_longestDescription, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await Task.WhenAll(models.Select(DescribeAsync));

        async Task<ModelDescription> DescribeAsync(string model)
        {
            try
            {
                var read = options.Token is null ? ReplicateErrors.TokenMissing() : await cards.GetAsync(model, either.Token);
                return read.Match(
                    card => ModelAbilities.Describe(model, card.Schema), error => new ModelDescription { Name = model, RecordedName = model, Error = error });
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return new ModelDescription { Name = model, RecordedName = model, Error = ReplicateErrors.NoResponse() };
            }
        }
    }

    public async Task<SlotOutcome> GenerateAsync(SlotTask task, ISlotProgress progress, CancellationToken cancel, CancellationToken stop)
    {
        // What is paid for already is followed without it too, until there is one again.
        if (options.Token is null && task.PredictionId is null)
        {
            return SlotOutcome.Failure(ReplicateErrors.TokenMissing());
        }

        // The webhook of a fast model comes before the create's own response.
        using var wakeUp = watcher.Follow(task.ImageId);
        Prediction? created = null;
        if (task.PredictionId is null)
        {
            var (submitted, unsent) = await submitter.SubmitAsync(task, progress, cancel, stop);
            if (submitted is null)
            {
                return unsent!;
            }

            created = submitted;
            task = task with { PredictionId = created.Id, StartedAt = clock.GetUtcNow() };
        }

        var (prediction, end) = await watcher.WatchAsync(created ?? new Prediction { Id = task.PredictionId }, task.Model, task, wakeUp, cancel, stop);
        return prediction is null ? end! : await downloader.StoreAsync(prediction, task, progress, stop);
    }

    public Task<Result<string>> FindSubmissionAsync(SlotTask task, Func<string, Task<bool>> isClaimed, CancellationToken cancellationToken) =>
        search.FindAsync(task, isClaimed, cancellationToken);
}
