using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Plans a request, so that nothing is paid for what the model forbids, records it, and hands it to the runner.</summary>
public sealed class GenerateReferencesHandler(
    RequestResolver requests, IImageGenerator generator, GenerationStart start, ModelPrices prices, TimeProvider clock)
{
    /// <returns>
    /// The recorded generation, which runs from now on, or the error that kept it from starting. The same idempotency key with the same body returns
    /// the first generation, with another body <see cref="ErrorKind.IdempotencyKeyReused"/>.
    /// </returns>
    public async Task<Result<StartedGeneration>> HandleAsync(GenerateReferencesCommand command, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        // Before anything else: the response to a repeated request must not depend on what has changed since.
        if (key is not null && await start.FindAsync(key, cancellationToken) is { } first)
        {
            return first;
        }

        if (start.FindObstacle() is { } obstacle)
        {
            return obstacle;
        }

        if (!(await requests.ResolveAsync(command, cancellationToken)).TryGet(out var request, out var error))
        {
            return error;
        }

        if (!(await generator.PlanAsync(request, cancellationToken)).TryGet(out var plan, out error))
        {
            return error;
        }

        return await start.BeginAsync(Accept(command, request, plan), key, command.MaxCostUsd, cancellationToken);
    }

    private Generation Accept(GenerateReferencesCommand command, GenerationRequest request, GenerationPlan plan)
    {
        var now = clock.GetUtcNow();

        // A random seed is chosen here rather than by the model, so that every image can be generated again.
        int? firstSeed = plan.UsesSeed
            ? request.Seed ?? RandomNumberGenerator.GetInt32(GenerationLimits.MaxSeed - GenerationLimits.MaxImages)
            : null;
        return new Generation
        {
            Id = GenerationId.Create(now),
            Description = request.Description,
            Prompt = request.Prompt,
            Model = plan.Model,
            Flavor = command.Flavor ?? Flavor.DefaultName,
            ReferenceImageIds = [.. request.References.Select(reference => reference.Id)],
            ParametersUsed = plan.ParametersUsed,
            ParametersDropped = plan.ParametersDropped,
            CreatedAt = now,
            PricePerImage = prices.PriceOf(plan.Model),
            Slots = [.. Enumerable.Range(0, request.NumImages).Select(index => new GenerationSlot
            {
                Index = index,
                ImageId = CharacterReferenceId.Create(now),
                Seed = firstSeed + index,
            })],
        };
    }
}
