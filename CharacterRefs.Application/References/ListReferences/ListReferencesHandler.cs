using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>Lists references with their local files and the jobs that use them.</summary>
public sealed class ListReferencesHandler(IReferenceCatalog catalog, IJobCatalog jobs, ReferenceLocator locator)
{
    /// <returns>A page; empty when nothing matches.</returns>
    public async Task<ReferencePage<LocatedReference>> HandleAsync(ListReferencesQuery query, CancellationToken cancellationToken)
    {
        var page = await catalog.ListAsync(query.Filter, query.After, query.Limit, cancellationToken);
        var users = await jobs.FindJobsAsync([.. page.Items.Select(reference => reference.Id)], cancellationToken);
        return new ReferencePage<LocatedReference>(
            [.. page.Items.Select(reference => locator.Locate(reference) with { Jobs = users.GetValueOrDefault(reference.Id, []) })],
            page.Next);
    }
}
