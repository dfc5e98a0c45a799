using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.FindGeneration;

public sealed class FindGenerationHandler(IGenerationLedger ledger)
{
    /// <returns>The generation, or <see cref="ErrorKind.NotFound"/>.</returns>
    public async Task<Result<Generation>> HandleAsync(GenerationId id, CancellationToken cancellationToken) =>
        await ledger.FindAsync(id, cancellationToken) is { } found ? found : GenerationErrors.NotFound(id);
}
