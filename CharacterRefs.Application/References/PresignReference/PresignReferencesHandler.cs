using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.PresignReference;

/// <summary>
/// Signs URLs for many images by one query of the catalog, which knows what is persisted. Only a job's copies, which the catalog does not list, take one
/// listing of the store. The store is not searched for ids without a row: a thousand unknown ids would be a thousand listings.
/// </summary>
public sealed class PresignReferencesHandler(
    IReferenceCatalog catalog, ReferenceLookup lookup, PersistedImages images, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>One entry per id, in the order of the query; an id without a row is not found.</returns>
    public async Task<IReadOnlyList<PresignedReference>> HandleAsync(PresignReferencesQuery query, CancellationToken cancellationToken) =>
        await PresignAsync(query, await catalog.FindManyAsync([.. query.Ids.Distinct()], cancellationToken), cancellationToken);

    /// <returns>The entry of the query's one id; the store is searched for it when it has no row.</returns>
    public async Task<PresignedReference> HandleOneAsync(PresignReferencesQuery query, CancellationToken cancellationToken)
    {
        var id = query.Ids.Single();
        var found = await lookup.FindAsync(id, cancellationToken);
        return found.TryGet(out var reference, out var error)
            ? (await PresignAsync(query, new Dictionary<CharacterReferenceId, CharacterReference> { [id] = reference }, cancellationToken))[0]
            : new PresignedReference(id, null, null, error);
    }

    private async Task<IReadOnlyList<PresignedReference>> PresignAsync(
        PresignReferencesQuery query, IReadOnlyDictionary<CharacterReferenceId, CharacterReference> references, CancellationToken cancellationToken)
    {
        var ofJob = query.JobId is { } jobId ? await images.ListJobKeysAsync(jobId, cancellationToken) : null;
        return [.. query.Ids.Select(id => Presign(id, references.GetValueOrDefault(id), query, ofJob))];
    }

    private PresignedReference Presign(CharacterReferenceId id, CharacterReference? reference, PresignReferencesQuery query, IReadOnlySet<AssetKey>? ofJob)
    {
        if (reference is null)
        {
            return new PresignedReference(id, null, null, ReferenceErrors.NotFound(id));
        }

        if ((query.Format is { } format && format != reference.Format) || KeyOf(reference, query.JobId, ofJob) is not { } key)
        {
            return new PresignedReference(id, null, null, ReferenceErrors.NotInStorage(id));
        }

        return new PresignedReference(id, key, signer.Sign(key, settings.PresignedUrlExpiry), null);
    }

    private static AssetKey? KeyOf(CharacterReference reference, JobId? jobId, IReadOnlySet<AssetKey>? ofJob)
    {
        if (jobId is not { } job)
        {
            return reference.PersistedCopy?.Key;
        }

        var key = AssetLayout.JobReference(job, reference.Id, reference.Format);
        return ofJob!.Contains(key) ? key : null;
    }
}
