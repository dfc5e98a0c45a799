using CharacterRefs.Infrastructure.Catalog;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// The owner of the store: an object that names the one catalog whose services may change it. Another catalog knows nothing of the images in it, so a
/// deletion there could remove what this one uses. The first catalog claims a store without an owner. It is written once and never refreshed, but read
/// again, at most once a minute and only before a change: another catalog may have taken the store over while this service runs.
/// </summary>
internal sealed partial class StoreOwnership(
    IAssetStore store, CatalogIdentity identity, StorageSettings settings, TimeProvider clock, ILogger<StoreOwnership> logger)
    : IDisposable
{
    private const string MediaType = "application/json";
    private const int MaxBytes = 4096;

    /// <summary>How long what was read counts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _claims = new(1, 1);
    private volatile Reading? _latest;

    /// <summary>Claims the store; once this process has claimed it, reads whether the store still has this owner.</summary>
    /// <returns>Why the store must not be changed, in sentences; <c>null</c> when this catalog owns it.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; the next call tries again.</exception>
    public async Task<string?> ClaimAsync(CancellationToken cancellationToken)
    {
        if (Recent is { } recent)
        {
            return recent.Problem;
        }

        await _claims.WaitAsync(cancellationToken);
        try
        {
            if (Recent is { } read)
            {
                return read.Problem; // by the caller before
            }

            var startedAt = clock.GetTimestamp();
            var problem = _latest is null ? await TryClaimAsync(cancellationToken) : await CheckAsync(cancellationToken);
            if (_latest is not null || problem is null)
            {
                _latest = new Reading(startedAt, problem);
            }

            return problem;
        }
        finally
        {
            _claims.Release();
        }
    }

    public void Dispose() => _claims.Dispose();

    private Reading? Recent => _latest is { } latest && clock.GetElapsedTime(latest.At) < Lifetime ? latest : null;

    /// <summary>It never takes the store over: two services with <c>STORE_OWNER=takeover</c> would take it from each other for ever.</summary>
    private async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var own = await identity.ReadOrCreateAsync(cancellationToken);
        var owner = await FindOwnerAsync(cancellationToken);
        if (owner is null || owner == own)
        {
            return null; // a marker that was deleted or damaged names no other catalog
        }

        if (_latest?.Problem is null)
        {
            LogLost(logger, owner.Value, own);
        }

        return Describe(owner, own);
    }

    private async Task<string?> TryClaimAsync(CancellationToken cancellationToken)
    {
        var own = await identity.ReadOrCreateAsync(cancellationToken);
        var marker = AssetContent.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new StoreOwner(own), StoreOwner.Json), MediaType);
        if (await store.SaveAsync(AssetLayout.Owner, marker, cancellationToken) is SaveOutcome.Stored)
        {
            LogClaimed(logger, own);
        }

        // Read in any case: a store that ignores conditions lets two catalogs write at the same time, and the last one is the owner.
        var owner = await FindOwnerAsync(cancellationToken);
        if (owner == own)
        {
            return null;
        }

        if (!settings.TakesOverStore)
        {
            return Describe(owner, own);
        }

        await store.ReplaceAsync(AssetLayout.Owner, marker, cancellationToken);
        LogTakenOver(logger, own, owner?.ToString() ?? "none that could be read");
        return null;
    }

    private async Task<Guid?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(AssetLayout.Owner, new ByteSpan(0, MaxBytes), cancellationToken);
        if (asset is null)
        {
            return null;
        }

        try
        {
            return (await JsonSerializer.DeserializeAsync<StoreOwner>(asset.Content, StoreOwner.Json, cancellationToken))?.Catalog;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Describe(Guid? owner, Guid own) =>
        (owner is null
            ? $"Its object {AssetLayout.Owner} does not name a catalog"
            : $"It belongs to another catalog, {owner} by its object {AssetLayout.Owner}; this one is {own}")
        + ". Two catalogs on one bucket delete each other's images: use a bucket for each. If the other service no longer exists, or its catalog was replaced "
        + "by this one, set STORE_OWNER=takeover for one start.";

    [LoggerMessage(176, LogLevel.Information, "Store claimed for catalog {Catalog}")]
    private static partial void LogClaimed(ILogger logger, Guid catalog);

    [LoggerMessage(177, LogLevel.Warning, "Store taken over for catalog {Catalog}; its previous owner was {Previous}. Unset STORE_OWNER now")]
    private static partial void LogTakenOver(ILogger logger, Guid catalog, string previous);

    [LoggerMessage(178, LogLevel.Error, "Store was taken over by catalog {Owner}; this service, of catalog {Catalog}, changes nothing in it any more")]
    private static partial void LogLost(ILogger logger, Guid owner, Guid catalog);

    /// <param name="At">When it began, by the monotonic clock.</param>
    /// <param name="Problem">As <see cref="ClaimAsync"/> returned it.</param>
    private sealed record Reading(long At, string? Problem);
}
