using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.References;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>
/// Describe a character, get durable images: plan (nothing is paid for a request that the model forbids), record, then draw all slots side by side.
/// A slot that fails takes none of the others with it.
/// </summary>
public sealed class GenerateReferencesHandler(
    GenerationRequests requests, IImageGenerator generator, IGenerationLedger ledger, SlotRunner slots, TimeProvider clock)
{
    /// <returns>The images, or the error of the first slot when none came.</returns>
    public async Task<Result<GeneratedReferences>> HandleAsync(GenerateReferencesCommand command, CancellationToken cancellationToken)
    {
        var resolved = await requests.ResolveAsync(command, cancellationToken);
        if (!resolved.TryGet(out var request, out var error))
        {
            return error;
        }

        var planned = await generator.PlanAsync(request, cancellationToken);
        if (!planned.TryGet(out var plan, out error))
        {
            return error;
        }

        var generation = Accept(request, plan);
        foreach (var slot in generation.Slots)
        {
            // One transaction for all: every create follows at once.
            slot.Submit();
        }

        await ledger.BeginAsync(generation, cancellationToken);
        var outcomes = await Task.WhenAll(generation.Slots.Select(slot => slots.RunAsync(plan, generation, slot, cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();

        var failures = outcomes
            .Select((outcome, index) => outcome.Error is null ? null : new SlotFailure(index, outcome.Error))
            .OfType<SlotFailure>()
            .ToList();
        return failures.Count == outcomes.Length
            ? failures[0].Error
            : new GeneratedReferences(generation, [.. outcomes.Select(outcome => outcome.Value).OfType<LocatedReference>()], failures);
    }

    private Generation Accept(GenerationRequest request, IGenerationPlan plan)
    {
        var now = clock.GetUtcNow();

        // A random seed is drawn here rather than left to the model, so that every image can be drawn again.
        int? firstSeed = plan.UsesSeed
            ? request.Seed ?? RandomNumberGenerator.GetInt32(GenerationLimits.MaxSeed - GenerationLimits.MaxImages)
            : null;
        return new Generation
        {
            Id = GenerationId.Create(now),
            Description = request.Description,
            Prompt = request.Prompt,
            Model = plan.Model,
            ReferenceImageId = request.Reference?.Id,
            ParametersUsed = plan.ParametersUsed,
            ParametersDropped = plan.ParametersDropped,
            CreatedAt = now,
            Slots = [.. Enumerable.Range(0, request.NumImages).Select(index => new GenerationSlot
            {
                Index = index,
                ImageId = CharacterReferenceId.Create(now),
                Seed = firstSeed + index,
            })],
        };
    }
}
