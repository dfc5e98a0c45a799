using CharacterRefs.Application.Generations.WatchGenerations;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Generates and waits for the end, for a program that has the use cases in its own process.</summary>
public sealed class GenerateAndWaitHandler(GenerateReferencesHandler handler, WatchGenerationsHandler watch, GenerationImages images)
{
    /// <param name="command">What to generate.</param>
    /// <param name="cancellationToken">Stops waiting; a generation that was recorded runs on.</param>
    /// <returns>The images, or the error of the first slot when none came.</returns>
    public async Task<Result<GeneratedReferences>> HandleAsync(GenerateReferencesCommand command, CancellationToken cancellationToken)
    {
        if (!(await handler.HandleAsync(command, key: null, cancellationToken)).TryGet(out var started, out var error))
        {
            return error;
        }

        var generation = await watch.WaitForEndAsync(started.Generation, cancellationToken);
        return SlotFailure.OfAll(generation) is { } failed
            ? failed
            : new GeneratedReferences(generation, await images.ListAsync(generation, cancellationToken), SlotFailure.Of(generation));
    }
}
