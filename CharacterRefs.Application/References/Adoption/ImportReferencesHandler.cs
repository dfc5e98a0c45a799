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
/// Gives every image in the store that has no row one. Each is read and inspected, and then dropped: the store keeps the bytes, the local disk is not
/// filled. What has a row is passed over by one query for hundreds, so an import that was cut short is simply started again.
/// </summary>
public sealed class ImportReferencesHandler(
    IAssetStore store, OrphanIntake intake, IReferenceFiles files, IReferenceCatalog catalog, StorageSettings settings)
{
    private const int Batch = 500;

    /// <param name="tally">Counts along.</param>
    /// <param name="leftOut">Told of each object that is not taken in, and why; from several threads.</param>
    /// <param name="cancellationToken">Stops; what has its row by then keeps it.</param>
    /// <exception cref="AssetStoreUnavailableException">The store could not be listed.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task HandleAsync(ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        files.RemoveAbandonedStaging();
        await foreach (var batch in store.ListAsync(AssetLayout.References, cancellationToken).Chunk(Batch).WithCancellation(cancellationToken))
        {
            tally.Saw(batch.Length);
            var ids = batch.Select(entry => IdOf(entry.Key)).OfType<CharacterReferenceId>().ToHashSet();
            var standings = await catalog.LookUpAsync(ids, cancellationToken);
            var rows = await catalog.FindManyAsync(ids, cancellationToken);
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
                async (entry, token) =>
                {
                    if (IdOf(entry.Key) is not { } id || !standings.TryGetValue(id, out var standing))
                    {
                        await TakeInAsync(entry, tally, leftOut, token);
                    }
                    else
                    {
                        PassOver(entry, standing is CatalogState.Deleted ? null : rows.GetValueOrDefault(id), tally, leftOut);
                    }
                });
        }
    }

    private static CharacterReferenceId? IdOf(AssetKey key) => AssetLayout.TryReadStandalone(key, out var id, out _) ? id : null;

    private static void PassOver(AssetEntry entry, CharacterReference? row, ImportTally tally, Action<AssetKey, string> leftOut)
    {
        if (row?.RemoteCopy is { } copy && copy.Key != entry.Key)
        {
            tally.Refuse();
            leftOut(entry.Key, $"The image of this id is {copy.Key}.");
            return;
        }

        tally.Skip();
    }

    private async Task TakeInAsync(AssetEntry entry, ImportTally tally, Action<AssetKey, string> leftOut, CancellationToken cancellationToken)
    {
        try
        {
            var received = await intake.ReceiveAsync(entry, cancellationToken);
            if (!received.TryGet(out var image, out var error))
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

            using (image)
            {
                if (await catalog.TryAddAsync(image.Reference, cancellationToken))
                {
                    tally.Adopt(image.Reference.SizeBytes);
                    return;
                }
            }

            // Taken in or deleted meanwhile, or an object of the same id with another extension was faster.
            PassOver(entry, await catalog.FindAsync(image.Reference.Id, cancellationToken), tally, leftOut);
        }
        catch (AssetStoreUnavailableException error)
        {
            // One object that cannot be had must not keep the rest from being taken in.
            tally.Fail();
            leftOut(entry.Key, error.Message);
        }
    }
}
