using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>Lists references with the state of their local copies and the jobs that use them.</summary>
public sealed class ListReferencesHandler(IReferenceCatalog catalog, IJobCatalog jobs, ReferenceLocator stored)
{
    /// <returns>A page; empty when nothing matches.</returns>
    public async Task<LocatedReferencePage> HandleAsync(ListReferencesQuery query, CancellationToken cancellationToken)
    {
        var page = await catalog.ListAsync(query.Filter, query.After, query.Limit, cancellationToken);
        var users = await jobs.FindJobsAsync([.. page.Items.Select(reference => reference.Id)], cancellationToken);
        return new LocatedReferencePage(
            [.. page.Items.Select(reference => stored.Of(reference) with { Jobs = users.GetValueOrDefault(reference.Id, []) })],
            page.Next);
    }
}
