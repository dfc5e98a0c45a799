using System.Collections.Concurrent;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Finds the row of an image. An id that is not in the catalog may still be on local disk, or in the store, which is searched with limits that keep many
/// unknown ids from becoming as many listings: not for deleted images, not while the store is unreachable, once for all callers of an id, a few ids at a
/// time, and not again within the <see cref="RecentAbsences.Lifetime"/> of an absence.
/// </summary>
public sealed class ReferenceLookup(
    IReferenceCatalog catalog,
    LocalFileIntake local,
    ObjectAdoption adoption,
    IStoreReachability reachability,
    StorageSettings settings,
    TimeProvider clock) : IDisposable
{
    // More are rejected at once, because they would time out.
    private const int MaxSearches = 256;

    // A search continues after its request waited STORE_WAIT, so that the next request finds the row, but no longer than this.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromMinutes(5);

    private readonly SingleFlight<CharacterReferenceId, Result<CharacterReference>> _searches = new(isAbandonable: false);
    private readonly RecentAbsences _absences = new(clock);
    private readonly SemaphoreSlim _places = new(settings.StoreConcurrency);

    /// <summary>Finds an image, and adopts it when it is only on local disk or in the store. Costs one query when it has a row.</summary>
    /// <returns>
    /// The image; <see cref="ErrorKind.NotFound"/> when neither catalog nor store has it; <see cref="ErrorKind.StorageUnavailable"/> when it is not in the
    /// catalog and the store is unreachable; <see cref="ErrorKind.ConfigurationError"/> without credentials for the store.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed during the search.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<Result<CharacterReference>> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        return await FindInStoreAsync(id, cancellationToken);
    }

    /// <summary>
    /// As <see cref="FindAsync"/> for many. Costs one query when all have rows; the store is searched for the others, <c>STORE_CONCURRENCY</c> at a time.
    /// </summary>
    /// <returns>
    /// The images in the order of the ids; <see cref="ErrorKind.NotFound"/> naming every id without an image, or the first other error of
    /// <see cref="FindAsync"/>, after which the search ends.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed during the search.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<Result<CharacterReference[]>> FindManyAsync(IReadOnlyList<CharacterReferenceId> ids, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<CharacterReferenceId, CharacterReference>(await catalog.FindManyAsync(ids, cancellationToken));
        Error? failure = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids.Where(id => !found.ContainsKey(id)).ToList(), options, async (id, token) =>
        {
            if (Volatile.Read(ref failure) is not null)
            {
                return;
            }

            if ((await FindInStoreAsync(id, token)).TryGet(out var reference, out var error))
            {
                found[id] = reference;
            }
            else if (error.Kind is not ErrorKind.NotFound)
            {
                Interlocked.CompareExchange(ref failure, error, null);
            }
        });

        if (failure is not null)
        {
            return failure;
        }

        var absent = ids.Where(id => !found.ContainsKey(id)).ToList();
        return absent.Count > 0 ? ReferenceErrors.NotFound(absent) : ids.Select(id => found[id]).ToArray();
    }

    public void Dispose() => _places.Dispose();

    private async Task<Result<CharacterReference>> FindInStoreAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (_absences.Contains(id) || await IsDeletedAsync(id, cancellationToken))
        {
            return ReferenceErrors.NotFound(id);
        }

        if (await local.FindAsync(id, cancellationToken) is { } adopted)
        {
            return adopted;
        }

        if (!reachability.IsReachable)
        {
            return ReferenceErrors.Unreachable("The image is not in the catalog, and the store that may have it is unreachable.", reachability);
        }

        if (_searches.Count >= MaxSearches && !_searches.IsRunning(id))
        {
            return ReferenceErrors.Unavailable("The image is not in the catalog, and too many searches of the store are running.");
        }

        try
        {
            return await _searches.RunAsync(id, _ => SearchAsync(id), cancellationToken).WaitAsync(settings.StoreWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return ReferenceErrors.Unavailable("The image is not in the catalog, and the search of the store takes longer than STORE_WAIT.");
        }
    }

    private async Task<bool> IsDeletedAsync(CharacterReferenceId id, CancellationToken cancellationToken) =>
        (await catalog.LookUpAsync([id], cancellationToken)).TryGetValue(id, out var state) && state is CatalogState.Deleted;

    /// <summary>Runs one search for all callers; it continues when they leave.</summary>
    private async Task<Result<CharacterReference>> SearchAsync(CharacterReferenceId id)
    {
        using var limit = new CancellationTokenSource(s_longestRead, clock);
        try
        {
            await _places.WaitAsync(limit.Token);
            try
            {
                return await FindObjectAsync(id, limit.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return ReferenceErrors.Unavailable("The image could not be read from the store in time.");
        }
    }

    private async Task<Result<CharacterReference>> FindObjectAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        // Another search may have ended since the caller looked.
        if (await catalog.FindAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        if (_absences.Contains(id))
        {
            return ReferenceErrors.NotFound(id);
        }

        var found = await adoption.AdoptAsync(id, cancellationToken);
        if (found.Error is not null)
        {
            _absences.Add(id);
        }

        return found;
    }
}
