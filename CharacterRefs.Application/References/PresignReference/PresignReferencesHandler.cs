using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PresignReference;

/// <summary>
/// Signs addresses for many images by one query of the catalog, which knows what is in the store; nothing is probed. Only for a job's copies, which
/// the catalog does not list, the store is asked: once for all. Ids without a row are looked for in the store one by one or not at all: a thousand
/// unknown ids would be a thousand listings.
/// </summary>
public sealed class PresignReferencesHandler(
    IReferenceCatalog catalog, ReferenceLookup lookup, IAssetStore store, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>One entry per id, in the order of the query; an id without a row is not found.</returns>
    public async Task<IReadOnlyList<PresignedReference>> HandleAsync(PresignReferencesQuery query, CancellationToken cancellationToken) =>
        await PresignAsync(query, await catalog.FindManyAsync([.. query.Ids.Distinct()], cancellationToken), cancellationToken);

    /// <returns>The entry of the query's one id, which is looked for in the store when it has no row.</returns>
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
        var ofJob = query.JobId is { } jobId ? await ListJobAsync(jobId, cancellationToken) : null;
        return [.. query.Ids.Select(id => Presign(id, references.GetValueOrDefault(id), query, ofJob))];
    }

    private PresignedReference Presign(CharacterReferenceId id, CharacterReference? reference, PresignReferencesQuery query, HashSet<AssetKey>? ofJob)
    {
        if (reference is null)
        {
            return new PresignedReference(id, null, null, ReferenceErrors.NotFound(id));
        }

        if ((query.Format is { } format && format != reference.Format) || KeyOf(reference, query.JobId, ofJob) is not { } key)
        {
            return new PresignedReference(id, null, null, new Error(ErrorKind.NotFound, $"Character reference image with ID {id} not found in storage"));
        }

        return new PresignedReference(id, key, signer.Sign(key, settings.PresignedUrlExpiry), null);
    }

    private static AssetKey? KeyOf(CharacterReference reference, JobId? jobId, HashSet<AssetKey>? ofJob)
    {
        if (jobId is not { } job)
        {
            return reference.PersistedCopy is { } stored ? stored.Key : null;
        }

        var key = AssetLayout.JobReference(job, reference.Id, reference.Format);
        return ofJob!.Contains(key) ? key : null;
    }

    private async Task<HashSet<AssetKey>> ListJobAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var keys = new HashSet<AssetKey>();
        await foreach (var entry in store.ListAsync(AssetLayout.JobReferencesOf(jobId), cancellationToken))
        {
            keys.Add(entry.Key);
        }

        return keys;
    }
}
