using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.CancelGeneration;

/// <summary>Cancels a generation: queued slots at once, running predictions at the provider. Images that exist stay.</summary>
public sealed class CancelGenerationHandler(IGenerationLedger ledger, GenerationRunner runner, GenerationFeed feed, TimeProvider clock)
{
    /// <returns>The generation; unchanged when it was final. <see cref="ErrorKind.NotFound"/> when there is none.</returns>
    public async Task<Result<Generation>> HandleAsync(GenerationId id, CancellationToken cancellationToken)
    {
        if (await ledger.RequestCancelAsync(id, clock.GetUtcNow(), cancellationToken) is not { } generation)
        {
            return GenerationErrors.NotFound(id);
        }

        feed.Publish(generation);
        runner.Cancel(id);
        return generation;
    }
}
