using CharacterRefs.Application.Ports;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>Lists references with the state of their local copies.</summary>
public sealed class ListReferencesHandler(IReferenceCatalog catalog, IReferenceFiles files)
{
    /// <returns>A page; empty when nothing matches.</returns>
    public async Task<StoredReferencePage> HandleAsync(ListReferencesQuery query, CancellationToken cancellationToken)
    {
        var page = await catalog.ListAsync(query.Filter, query.After, query.Limit, cancellationToken);
        return new StoredReferencePage(
            [.. page.Items.Select(item => new StoredReference(item, files.RelativePath(item.Id, item.Format), files.Find(item.Id, item.Format)))],
            page.Next);
    }
}
