using System.Collections.Concurrent;
using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Adopts the images that an earlier system put into a job's folder, and associates them with the job, so that they are listed with it, found by id and
/// protected from deletion. Each gets a standalone copy inside the store first, so that it outlives the job. Images that this service generated or received are
/// not associated: it has copies in jobs without an association on purpose.
/// </summary>
public sealed partial class JobImageAdoption(
    IAssetStore store,
    OrphanIntake intake,
    ReferenceLookup lookup,
    IReferenceCatalog catalog,
    IJobCatalog jobs,
    StorageSettings settings,
    ILogger<JobImageAdoption> logger)
{
    private const int MaxRejected = 10_000;

    // Objects that were read and rejected are not read again for every request; one that is replaced has another time.
    private readonly ConcurrentDictionary<(AssetKey Key, DateTimeOffset LastModified), bool> _rejected = new();

    /// <summary>Adopts and associates the images of one job. Costs one listing and one query when there are none to adopt.</summary>
    /// <returns>Whether an image was associated.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; images associated so far stay.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<bool> AdoptAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var entries = await store.ListAsync(AssetLayout.JobReferencesOf(jobId), cancellationToken)
            .Where(entry => AssetLayout.TryReadJobReference(entry.Key, out _, out _, out _) && !_rejected.ContainsKey((entry.Key, entry.LastModified)))
            .ToListAsync(cancellationToken);
        var images = entries.Count > 0 ? await AdoptAsync(jobId, entries, cancellationToken) : [];
        foreach (var image in images.Where(image => image.Rejection is not null))
        {
            LogRejected(logger, image.Key, image.Rejection!);
            if (_rejected.Count >= MaxRejected)
            {
                _rejected.Clear();
            }

            _rejected[(image.Key, entries.First(entry => entry.Key == image.Key).LastModified)] = true;
        }

        return images.Any(image => image.IsLinked);
    }

    /// <summary>
    /// Associates one image with every job whose folder has it, also with jobs that no request has touched yet. Costs one listing for each job in the store.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; associations so far stay.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public Task AdoptEverywhereAsync(CharacterReferenceId id, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        store.ListFoldersAsync(AssetLayout.Jobs, null, cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
        async (folder, token) =>
        {
            if (!JobId.TryParse(folder, out var jobId))
            {
                return;
            }

            var entries = await store.ListAsync(AssetLayout.JobReferencesOf(jobId), AssetLayout.ReferenceNameStart(id), token)
                .Where(entry => AssetLayout.TryReadJobReference(entry.Key, out _, out _, out _))
                .ToListAsync(token);
            if (entries.Count > 0)
            {
                await AdoptAsync(jobId, entries, token);
            }
        });

    /// <summary>Adopts and associates listed images of one job, oldest first.</summary>
    /// <returns>The outcome for each that was not associated before.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; nothing was associated.</exception>
    internal async Task<IReadOnlyList<JobImage>> AdoptAsync(JobId jobId, IReadOnlyCollection<AssetEntry> entries, CancellationToken cancellationToken)
    {
        var associated = (await jobs.ListReferencesAsync(jobId, cancellationToken)).Select(reference => reference.Id).ToHashSet();
        var open = entries
            .Select(entry => (Entry: entry, Id: IdOf(entry)))
            .Where(found => !associated.Contains(found.Id))
            .OrderBy(found => found.Entry.LastModified)
            .ThenBy(found => found.Entry.Key.Value, StringComparer.Ordinal)
            .ToList();
        if (open.Count == 0)
        {
            return [];
        }

        var images = new JobImage[open.Count];
        await Parallel.ForAsync(
            0,
            open.Count,
            new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
            async (index, token) => images[index] = await AdoptOneAsync(jobId, open[index].Entry, open[index].Id, token));
        var ids = open.Where((_, index) => images[index].IsLinked).Select(found => found.Id).Distinct().ToList();

        // An image that was deleted meanwhile has no row, and nothing is associated: the next call associates the others.
        if (ids.Count > 0 && (await jobs.AssociateAsync(jobId, ids, cancellationToken)).Count == 0)
        {
            LogLinked(logger, ids.Count, jobId);
        }

        return images;
    }

    private static CharacterReferenceId IdOf(AssetEntry entry) =>
        AssetLayout.TryReadJobReference(entry.Key, out _, out var id, out _) ? id : throw new ArgumentException($"{entry.Key} is no image of a job.");

    private async Task<JobImage> AdoptOneAsync(JobId jobId, AssetEntry entry, CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        if (found.TryGet(out var known, out var error))
        {
            return known.Origin is not ReferenceOrigin.Adopted ? new JobImage(entry.Key, null, null)
                : !await HasBytesOfAsync(entry, known, cancellationToken) ? Rejected("Its bytes are not those of the image with this id.")
                : await AssociateAsync(known, null);
        }

        if (error.Kind is not ErrorKind.NotFound)
        {
            throw new AssetStoreUnavailableException(error.Detail, AssetStoreFault.Unreachable, error.RetryAfter);
        }

        if ((await catalog.LookUpAsync([id], cancellationToken)).ContainsKey(id))
        {
            return new JobImage(entry.Key, null, null); // it was deleted
        }

        var received = await intake.ReceiveUnreservedAsync(entry, cancellationToken);
        if (!received.TryGet(out var orphan, out var rejection))
        {
            return Rejected(rejection.Detail);
        }

        using var image = orphan.Image;
        var reference = orphan.Reference;
        var key = AssetLayout.Reference(id, reference.Format);
        switch (await store.CopyAsync(entry.Key, key, cancellationToken))
        {
            case null:
                return Rejected("The object was not found.");
            case SaveOutcome.Conflict:
                return Rejected($"Other bytes exist at {key}.");
            default:
                var isAdded = await catalog.TryAddAsync(reference with { RemoteCopy = reference.RemoteCopy! with { Key = key } }, cancellationToken);
                return await AssociateAsync(reference, isAdded ? reference.SizeBytes : null);
        }

        JobImage Rejected(string reason) => new(entry.Key, null, reason);

        // The job's copy has one key for each format; the object of the earlier system stays.
        async Task<JobImage> AssociateAsync(CharacterReference row, long? adopted)
        {
            var own = AssetLayout.JobReference(jobId, id, row.Format);
            return own != entry.Key && await store.CopyAsync(entry.Key, own, cancellationToken) is SaveOutcome.Conflict
                ? Rejected($"Other bytes exist at {own}.")
                : new JobImage(entry.Key, adopted, null) { IsLinked = true };
        }
    }

    private async Task<bool> HasBytesOfAsync(AssetEntry entry, CharacterReference reference, CancellationToken cancellationToken)
    {
        if (entry.Length != reference.SizeBytes)
        {
            return false;
        }

        await using var asset = await store.OpenReadAsync(entry.Key, null, cancellationToken);
        return asset is not null
            && (asset.Metadata.Sha256 ?? ContentHash.FromDigest(await SHA256.HashDataAsync(asset.Content, cancellationToken))) == reference.Sha256;
    }

    [LoggerMessage(64, LogLevel.Information, "{Images} images of an earlier system were adopted with job {JobId}")]
    private static partial void LogLinked(ILogger logger, int images, JobId jobId);

    [LoggerMessage(65, LogLevel.Warning, "Object {Key} of a job was not adopted: {Cause}")]
    private static partial void LogRejected(ILogger logger, AssetKey key, string cause);
}
