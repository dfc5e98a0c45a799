using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Makes room on local disk: removes the files that were not used for the longest time, as long as all together exceed the limit. Only a file whose copy
/// the store has at that moment, as it was verified, is removed; the row stays as it is. While the store does not answer nothing is removed, because
/// the files are what stands in for it.
/// </summary>
public sealed class CacheEviction(
    IReferenceFiles files, IReferenceCatalog catalog, IAssetStore store, IStoreReachability reachability, StorageSettings settings, StorageMeter meter, TimeProvider clock)
{
    private const int Batch = 100;

    // Requests that found a file lately may be about to open it. They would fetch it again, but need not have to.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    /// <summary>Looks at all files once and removes what is too much.</summary>
    /// <exception cref="LocalStorageException">The local disk or the catalog failed; what was removed until then stays removed.</exception>
    public async Task<EvictionReport> HandleAsync(CancellationToken cancellationToken)
    {
        var report = new EvictionReport(0, 0, 0, IsCutShort: false);
        var found = files.Measure();
        if (!IsOver)
        {
            return report;
        }

        var idleSince = clock.GetUtcNow() - s_grace;
        try
        {
            foreach (var batch in found.Where(file => file.File.LastUsed <= idleSince).OrderBy(file => file.File.LastUsed).Chunk(Batch))
            {
                if (!IsOver || report.IsCutShort)
                {
                    break;
                }

                report = await EvictAsync(batch, report, cancellationToken);
            }
        }
        finally
        {
            meter.Evicted(report.Evicted, report.EvictedBytes);
        }

        return report;
    }

    private bool IsOver => files.TotalBytes > settings.LocalCacheMaxBytes;

    private async Task<EvictionReport> EvictAsync(IReadOnlyList<PublishedFile> batch, EvictionReport report, CancellationToken cancellationToken)
    {
        var rows = await catalog.FindManyAsync([.. batch.Select(file => file.Id)], cancellationToken);
        foreach (var file in batch)
        {
            if (!IsOver)
            {
                return report;
            }

            if (!rows.TryGetValue(file.Id, out var reference) || reference.Format != file.Format || reference.PersistedCopy is not { } copy)
            {
                continue;
            }

            try
            {
                if (!reachability.IsReachable)
                {
                    return report with { IsCutShort = true };
                }

                if (!await HasAsync(reference, copy, cancellationToken))
                {
                    // This file is all there is: it stays, and goes to the store again.
                    await catalog.RecordCopyAsync(file.Id, PendingUploads.Order(reference, clock.GetUtcNow()).RemoteCopy!, cancellationToken);
                    report = report with { Reordered = report.Reordered + 1 };
                    continue;
                }
            }
            catch (AssetStoreUnavailableException)
            {
                return report with { IsCutShort = true };
            }

            // Used while the store was asked: it is among the last to go now.
            if (files.Find(file.Id, file.Format) is { } now && now.LastUsed == file.File.LastUsed)
            {
                files.Delete(file.Id, file.Format);
                report = report with { Evicted = report.Evicted + 1, EvictedBytes = report.EvictedBytes + now.SizeBytes };
            }
        }

        return report;
    }

    /// <summary>Asks the store itself and not the catalog: another bucket may have been configured since, or this one emptied.</summary>
    private async Task<bool> HasAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken) =>
        await store.FindAsync(copy.Key, cancellationToken) is { } stored
        && stored.Length == reference.SizeBytes
        && (stored.Sha256 ?? reference.Sha256) == reference.Sha256; // without one it was read and hashed when it was verified
}
