using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Adopts every orphan in the store, and after them those in the folders of jobs, which are associated with their job. Each is read and inspected without
/// keeping a local file. One query for hundreds of objects skips those that have a row, so that an interrupted import can be started again.
/// </summary>
public sealed class ImportReferencesHandler(
    IAssetStore store, OrphanIntake intake, IReferenceFiles files, IReferenceCatalog catalog, JobImageAdoption jobImages, StorageSettings settings)
{
    private const int Batch = 500;

    /// <param name="tally">Counts the progress.</param>
    /// <param name="leftOut">Called with each object that is not adopted and the reason; from several threads.</param>
    /// <param name="cancellationToken">Stops; images adopted so far are kept.</param>
    /// <exception cref="AssetStoreUnavailableException">The store could not be listed.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task HandleAsync(ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        files.RemoveAbandonedStaging();

        // A listing costs one request for a thousand objects, so that the progress can be a share of all.
        tally.Expect(await store.ListAsync(AssetLayout.References, cancellationToken).LongCountAsync(cancellationToken)
            + await OfJobs(cancellationToken).LongCountAsync(cancellationToken));
        await foreach (var batch in store.ListAsync(AssetLayout.References, cancellationToken).Chunk(Batch).WithCancellation(cancellationToken))
        {
            tally.Saw(batch.Length);
            var ids = batch.Select(entry => IdOf(entry.Key)).OfType<CharacterReferenceId>().ToHashSet();
            var states = await catalog.LookUpAsync(ids, cancellationToken);
            var rows = await catalog.FindManyAsync(ids, cancellationToken);
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
                async (entry, token) =>
                {
                    if (IdOf(entry.Key) is not { } id || !states.TryGetValue(id, out var state))
                    {
                        await AdoptAsync(entry, tally, leftOut, token);
                    }
                    else
                    {
                        Skip(entry, state is CatalogState.Deleted ? null : rows.GetValueOrDefault(id), tally, leftOut);
                    }
                });
        }

        await AdoptOfJobsAsync(tally, leftOut, cancellationToken);
    }

    private IAsyncEnumerable<(AssetEntry Entry, JobId JobId)> OfJobs(CancellationToken cancellationToken) => store
        .ListAsync(AssetLayout.Jobs, cancellationToken)
        .Select(entry => (Entry: entry, IsImage: AssetLayout.TryReadJobReference(entry.Key, out var jobId, out _, out _), JobId: jobId))
        .Where(found => found.IsImage)
        .Select(found => (found.Entry, found.JobId));

    private async Task AdoptOfJobsAsync(ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        JobId? current = null;
        var entries = new List<AssetEntry>();
        await foreach (var (entry, jobId) in OfJobs(cancellationToken))
        {
            if (current != jobId)
            {
                await FlushAsync();
            }

            current = jobId;
            entries.Add(entry);
        }

        await FlushAsync();

        // A listing is in the order of keys, so that the images of a job follow each other.
        async Task FlushAsync()
        {
            if (current is { } jobId)
            {
                await AdoptOfJobAsync(jobId, entries, tally, leftOut, cancellationToken);
                entries.Clear();
            }
        }
    }

    private async Task AdoptOfJobAsync(
        JobId jobId, List<AssetEntry> entries, ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        tally.Saw(entries.Count);
        IReadOnlyList<JobImage> images;
        try
        {
            images = await jobImages.AdoptAsync(jobId, entries, cancellationToken);
        }
        catch (AssetStoreUnavailableException error)
        {
            foreach (var entry in entries)
            {
                tally.Fail();
                leftOut(entry.Key, error.Message);
            }

            return;
        }

        foreach (var image in images)
        {
            if (image.AdoptedBytes is { } bytes)
            {
                tally.Adopt(bytes);
            }
            else if (image.Rejection is { } reason)
            {
                tally.Reject();
                leftOut(image.Key, reason);
            }
        }

        for (var other = images.Count(image => image.AdoptedBytes is not null || image.Rejection is not null); other < entries.Count; other++)
        {
            tally.Skip();
        }
    }

    private static CharacterReferenceId? IdOf(AssetKey key) => AssetLayout.TryReadStandalone(key, out var id, out _) ? id : null;

    private static void Skip(AssetEntry entry, CharacterReference? row, ImportTally tally, Action<AssetKey, string> leftOut)
    {
        if (row?.RemoteCopy is { } copy && copy.Key != entry.Key)
        {
            tally.Reject();
            leftOut(entry.Key, $"The copy of the image with this id is {copy.Key}.");
            return;
        }

        tally.Skip();
    }

    private async Task AdoptAsync(AssetEntry entry, ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        try
        {
            var received = await intake.ReceiveUnreservedAsync(entry, cancellationToken);
            if (!received.TryGet(out var orphan, out var error))
            {
                if (error.Kind is ErrorKind.NotFound or ErrorKind.Conflict)
                {
                    tally.Skip(); // removed since it was listed, or added by its generation
                    return;
                }

                tally.Reject();
                leftOut(entry.Key, error.Detail);
                return;
            }

            var (image, reference) = orphan;
            using (image)
            {
                if (await catalog.TryAddAsync(reference, cancellationToken))
                {
                    tally.Adopt(reference.SizeBytes);
                    return;
                }
            }

            // Added or deleted meanwhile, or adopted from an object with another extension.
            Skip(entry, await catalog.FindAsync(reference.Id, cancellationToken), tally, leftOut);
        }
        catch (AssetStoreUnavailableException error)
        {
            // One object that cannot be read does not stop the import.
            tally.Fail();
            leftOut(entry.Key, error.Message);
        }
    }
}
