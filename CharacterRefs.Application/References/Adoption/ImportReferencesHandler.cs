using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Adopts every orphan in the store. Each is read and inspected without keeping a local file. One query for hundreds of objects skips those that have a
/// row, so that an interrupted import can be started again.
/// </summary>
public sealed class ImportReferencesHandler(
    IAssetStore store, OrphanIntake intake, IReferenceFiles files, IReferenceCatalog catalog, StorageSettings settings)
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
    }

    private static CharacterReferenceId? IdOf(AssetKey key) => AssetLayout.TryReadStandalone(key, out var id, out _) ? id : null;

    private static void Skip(AssetEntry entry, CharacterReference? row, ImportTally tally, Action<AssetKey, string> leftOut)
    {
        if (row?.RemoteCopy is { } copy && copy.Key != entry.Key)
        {
            tally.Refuse();
            leftOut(entry.Key, $"The copy of the image with this id is {copy.Key}.");
            return;
        }

        tally.Skip();
    }

    private async Task AdoptAsync(AssetEntry entry, ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        try
        {
            var received = await intake.ReceiveAsync(entry, cancellationToken);
            if (!received.TryGet(out var orphan, out var error))
            {
                if (error.Kind is ErrorKind.NotFound)
                {
                    tally.Skip(); // removed since it was listed
                    return;
                }

                tally.Refuse();
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
