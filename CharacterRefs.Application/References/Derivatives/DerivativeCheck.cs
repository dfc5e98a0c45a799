using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Derivatives;

/// <summary>
/// Reads each derivative on local disk again, once per <c>COPY_CHECK_PERIOD</c>, renders a damaged one again, and removes those of deleted images: the
/// deletion removes them only on the node that got the request, and not if its process ends in between.
/// </summary>
public sealed partial class DerivativeCheck(
    IDerivativeFiles files,
    DerivativeCache cache,
    IReferenceCatalog catalog,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<DerivativeCheck> logger)
    : FileRound<(CharacterReferenceId Id, Derivative Derivative)>(settings, clock)
{
    private readonly ConcurrentDictionary<(CharacterReferenceId Id, Derivative Derivative), bool> _damaged = new();

    /// <summary>Derivatives that are damaged and could not be rendered again.</summary>
    public IReadOnlyCollection<(CharacterReferenceId Id, Derivative Derivative)> Damaged => [.. _damaged.Keys];

    private protected override Task<(CharacterReferenceId Id, Derivative Derivative)[]> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(files.List().ToArray());

    private protected override async Task CheckAsync(
        IReadOnlyList<(CharacterReferenceId Id, Derivative Derivative)> batch, CancellationToken cancellationToken)
    {
        var states = await catalog.LookUpAsync([.. batch.Select(file => file.Id).Distinct()], cancellationToken);
        foreach (var (id, derivative) in batch)
        {
            // Not those of an id that the catalog does not know: its row may be on the way.
            if (states.TryGetValue(id, out var state) && state is CatalogState.Deleted)
            {
                files.Delete(id);
            }
            else if (await files.RecheckAsync(id, derivative, cancellationToken))
            {
                await MendAsync(id, derivative, cancellationToken);
            }
        }
    }

    private protected override async Task ConcludeAsync(CancellationToken cancellationToken)
    {
        foreach (var known in Damaged)
        {
            if (!await files.RecheckAsync(known.Id, known.Derivative, cancellationToken))
            {
                _damaged.TryRemove(known, out _); // rendered meanwhile, or removed with its image
            }
        }
    }

    private async Task MendAsync(CharacterReferenceId id, Derivative derivative, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is not { } reference)
        {
            files.Delete(id);
            return;
        }

        string? cause;
        try
        {
            cause = (await cache.GetAsync(reference, derivative, cancellationToken)).Error?.Detail;
        }
        catch (Exception error) when (error is LocalStorageException or AssetStoreUnavailableException)
        {
            cause = error.Message;
        }

        if (cause is null)
        {
            LogMended(logger, derivative.Name, id);
        }
        else if (_damaged.TryAdd((id, derivative), true))
        {
            LogDamaged(logger, derivative.Name, id, cause);
        }
    }

    [LoggerMessage(173, LogLevel.Warning, "{Derivative} of {ImageId} was damaged and was rendered again")]
    private static partial void LogMended(ILogger logger, string derivative, CharacterReferenceId imageId);

    [LoggerMessage(174, LogLevel.Error, "{Derivative} of {ImageId} is damaged and could not be rendered again: {Cause}")]
    private static partial void LogDamaged(ILogger logger, string derivative, CharacterReferenceId imageId, string cause);
}
