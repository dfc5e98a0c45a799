using System.Collections.Concurrent;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Finds the row of an image. An id that the catalog has never seen may still be in the store, so the store is asked, under rules that keep a flood of
/// unknown ids from becoming a flood of listings: never for what was deleted, not while the store does not answer, once for all who ask for the
/// same id, a few ids at a time, and not again within the <see cref="RecentAbsences.Lifetime"/> of an absence.
/// </summary>
public sealed class ReferenceLookup(
    IReferenceCatalog catalog, ObjectAdoption adopt, IStoreReachability reachability, StorageSettings settings, TimeProvider clock) : IDisposable
{
    // Those beyond it are turned away at once instead of waiting in vain.
    private const int MaxUnderWay = 256;

    // Reading goes on when a request has waited STORE_WAIT in vain, so that the next one finds the row; but not for ever.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    private readonly SingleFlight<CharacterReferenceId, Result<CharacterReference>> _underWay = new(isAbandonable: false);
    private readonly RecentAbsences _absences = new(clock);
    private readonly SemaphoreSlim _places = new(settings.StoreConcurrency);

    /// <summary>The row of an image, which may be made now from what is in the store. Costs one query when there is a row.</summary>
    /// <returns>
    /// The row; <see cref="ErrorKind.NotFound"/> when there certainly is no such image, <see cref="ErrorKind.StorageUnavailable"/> when only the store
    /// could tell and does not, <see cref="ErrorKind.ConfigurationError"/> when there are no credentials to ask it with.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store was asked and did not answer.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<Result<CharacterReference>> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        return await FindInStoreAsync(id, cancellationToken);
    }

    /// <summary>The same for many. Costs one query when all have rows; the others are looked for no more at a time than the store is asked for at all.</summary>
    /// <returns>
    /// The rows in the order of the ids; <see cref="ErrorKind.NotFound"/> with every id of which there is no image, or the first other refusal of
    /// <see cref="FindAsync"/>, after which no more are looked for.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store was asked and did not answer.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<Result<CharacterReference[]>> FindManyAsync(IReadOnlyList<CharacterReferenceId> ids, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<CharacterReferenceId, CharacterReference>(await catalog.FindManyAsync(ids, cancellationToken));
        Error? unanswered = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids.Where(id => !found.ContainsKey(id)).ToList(), options, async (id, token) =>
        {
            if (Volatile.Read(ref unanswered) is not null)
            {
                return;
            }

            if ((await FindInStoreAsync(id, token)).TryGet(out var reference, out var error))
            {
                found[id] = reference;
            }
            else if (error.Kind is not ErrorKind.NotFound)
            {
                Interlocked.CompareExchange(ref unanswered, error, null);
            }
        });

        if (unanswered is not null)
        {
            return unanswered;
        }

        var absent = ids.Where(id => !found.ContainsKey(id)).ToList();
        return absent.Count > 0 ? ReferenceErrors.NotFound(absent) : ids.Select(id => found[id]).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private static Error Unknown(string detail) => new(ErrorKind.StorageUnavailable, detail) { RetryAfter = s_retryAfter };

    private async Task<Result<CharacterReference>> FindInStoreAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (_absences.Contains(id) || await IsDeletedAsync(id, cancellationToken))
        {
            return ReferenceErrors.NotFound(id);
        }

        if (!reachability.IsReachable)
        {
            return ReferenceErrors.NotAsked("The image is not known here, and the store, which may have it, cannot be asked.", reachability);
        }

        if (_underWay.Count >= MaxUnderWay && !_underWay.IsRunning(id))
        {
            return Unknown("The image is not known here, and too many others are being looked for in the store at the moment.");
        }

        try
        {
            return await _underWay.RunAsync(id, _ => SearchAsync(id), cancellationToken).WaitAsync(settings.StoreWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Unknown("The image is not known here, and looking for it in the store takes longer than usual.");
        }
    }

    private async Task<bool> IsDeletedAsync(CharacterReferenceId id, CancellationToken cancellationToken) =>
        (await catalog.LookUpAsync([id], cancellationToken)).TryGetValue(id, out var standing) && standing is CatalogState.Deleted;

    /// <summary>One search for all who wait for it; it belongs to none of them, so nobody's leaving ends it.</summary>
    private async Task<Result<CharacterReference>> SearchAsync(CharacterReferenceId id)
    {
        using var limit = new CancellationTokenSource(s_longestRead, clock);
        try
        {
            await _places.WaitAsync(limit.Token);
            try
            {
                return await SearchInTurnAsync(id, limit.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Unknown("The image could not be read from the store in time.");
        }
    }

    private async Task<Result<CharacterReference>> SearchInTurnAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        // Another search may have ended between the caller's look and this one's beginning.
        if (await catalog.FindAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        if (_absences.Contains(id))
        {
            return ReferenceErrors.NotFound(id);
        }

        var found = await adopt.HandleAsync(id, cancellationToken);
        if (found.Error is not null)
        {
            _absences.Add(id);
        }

        return found;
    }
}
