using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.GetDerivative;

/// <summary>Delivers a derivative: with cloud serving by a presigned URL once its image is persisted, otherwise from local disk.</summary>
public sealed class GetDerivativeHandler(
    ReferenceLookup lookup, DerivativeCache cache, DerivativeUrls urls, IStoreReachability reachability, StorageSettings settings)
{
    /// <returns>The delivery, or an error as for <see cref="ReferenceLookup.FindAsync"/> and <see cref="DerivativeCache.GetAsync"/>.</returns>
    /// <exception cref="Ports.ImageFiles.LocalStorageException">The local disk failed.</exception>
    public async Task<Result<DerivativeDelivery>> HandleAsync(GetDerivativeQuery query, CancellationToken cancellationToken)
    {
        if (!(await lookup.FindAsync(query.Id, cancellationToken)).TryGet(out var reference, out var error))
        {
            return error;
        }

        if (settings.ServeFromCloud && reference.PersistedCopy is not null && reachability.IsReachable)
        {
            try
            {
                return (await urls.GetAsync(reference, query.Derivative, query.IsFresh, cancellationToken)).TryGet(out var url, out error)
                    ? new DerivativeDelivery(url, null, IsFallback: false)
                    : error;
            }
            catch (AssetStoreUnavailableException)
            {
                // The store has failed since; the local file serves as well.
            }
        }

        return (await cache.GetAsync(reference, query.Derivative, cancellationToken)).TryGet(out var file, out error)
            ? new DerivativeDelivery(null, file, settings.ServeFromCloud)
            : error;
    }
}
