using CharacterRefs.Application.Ports;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>Lists references with the state of their local copies.</summary>
public sealed class ListReferencesHandler(IReferenceCatalog catalog, StoredReferences stored)
{
    /// <returns>A page; empty when nothing matches.</returns>
    public async Task<StoredReferencePage> HandleAsync(ListReferencesQuery query, CancellationToken cancellationToken)
    {
        var page = await catalog.ListAsync(query.Filter, query.After, query.Limit, cancellationToken);
        return new StoredReferencePage(
            [.. page.Items.Select(stored.Of)],
            page.Next);
    }
}
