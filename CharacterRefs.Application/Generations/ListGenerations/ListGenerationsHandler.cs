using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Generations.ListGenerations;

/// <summary>Lists generations, newest first.</summary>
public sealed class ListGenerationsHandler(IGenerationLedger ledger)
{
    /// <returns>One page.</returns>
    public async Task<GenerationPage> HandleAsync(ListGenerationsQuery query, CancellationToken cancellationToken)
    {
        var found = await ledger.ListAsync(query.Status, query.Before, query.Limit + 1, cancellationToken);
        return found.Count > query.Limit
            ? new GenerationPage([.. found.Take(query.Limit)], found[query.Limit - 1].Id)
            : new GenerationPage(found, (GenerationId?)null);
    }
}
