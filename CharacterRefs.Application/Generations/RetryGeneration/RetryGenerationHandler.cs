using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.RetryGeneration;

/// <summary>Starts a new generation of the failed and canceled slots of a final one, with the same inputs and seeds.</summary>
public sealed class RetryGenerationHandler(
    IGenerationLedger ledger, GenerationStart start, GenerationSettings settings, ModelPrices prices, TimeProvider clock)
{
    /// <returns>
    /// The new generation, <see cref="ErrorKind.NotFound"/>, <see cref="ErrorKind.Conflict"/> while the first runs or when nothing failed,
    /// <see cref="ErrorKind.ValidationError"/> when its model is no longer allowed, or what keeps any generation from starting.
    /// </returns>
    public async Task<Result<StartedGeneration>> HandleAsync(GenerationId id, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (key is not null && await start.FindAsync(key, cancellationToken) is { } first)
        {
            return first;
        }

        if (await ledger.FindAsync(id, cancellationToken) is not { } generation)
        {
            return GenerationErrors.NotFound(id);
        }

        if (!generation.IsFinal)
        {
            return GenerationErrors.StillRuns(id);
        }

        var failed = generation.Slots.Where(slot => slot.State is not GenerationSlotState.Succeeded).ToList();
        if (failed.Count == 0)
        {
            return new Error(ErrorKind.Conflict, $"No slot of generation {id} failed; there is nothing to retry.");
        }

        if (generation.Model != ModelPrices.Placeholder && !settings.AllowedModels.Contains(generation.Model))
        {
            return GenerationErrors.ModelNotAllowed(generation.Model, settings.AllowedModels);
        }

        return start.FindObstacle() is { } obstacle ? obstacle : await start.BeginAsync(Repeat(generation, failed), key, maxCostUsd: null, cancellationToken);
    }

    private Generation Repeat(Generation generation, List<GenerationSlot> failed)
    {
        var now = clock.GetUtcNow();
        return generation with
        {
            Id = GenerationId.Create(now),
            CreatedAt = now,
            CancelRequestedAt = null,
            Revision = 1,
            PricePerImage = prices.PriceOf(generation.Model),
            RetriedFrom = generation.Id,
            Slots = [.. failed.Select((slot, index) => new GenerationSlot { Index = index, ImageId = CharacterReferenceId.Create(now), Seed = slot.Seed })],
        };
    }
}
