using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Inputs;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Draws images with the models that Replicate hosts.</summary>
internal sealed class ReplicateGenerator(
    ModelCards cards,
    PredictionRunner runner,
    ReplicateClient client,
    OutputDownloader downloader,
    ReplicateErrors errors,
    ReplicateOptions options,
    TimeProvider clock) : IImageGenerator
{
    /// <inheritdoc/>
    public async Task<Result<IGenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        if (options.Token is null)
        {
            return ReplicateErrors.TokenMissing();
        }

        if (!(await cards.GetAsync(request.Model, cancellationToken)).TryGet(out var card, out var unusable))
        {
            return unusable;
        }

        if (!ModelInputs.Fit(request, card.Schema).TryGet(out var inputs, out var refusal))
        {
            return refusal;
        }

        var reference = request.Reference is { } image ? new ReferenceSource(image, card.Name, client, errors, options, clock) : null;
        return new ReplicatePlan(card, inputs, reference, runner, downloader);
    }
}
