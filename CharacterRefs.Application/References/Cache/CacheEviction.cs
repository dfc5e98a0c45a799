using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Evicts the least recently used local files while their total size exceeds the limit. A file is evicted only when the store still has its persisted copy;
/// the row does not change. While the store is unreachable nothing is evicted, because requests fall back to the local files.
/// </summary>
public sealed class CacheEviction(
    IReferenceFiles files,
    IReferenceCatalog catalog,
    CopyVerification verification,
    IStoreReachability reachability,
    StorageSettings settings,
    StorageMeter meter,
    TimeProvider clock)
{
    private const int Batch = 100;

    // A request that just found a file may be about to open it; evicting it would only cause a fetch.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    /// <summary>Runs one eviction round over all local files.</summary>
    /// <exception cref="LocalStorageException">The local disk or the catalog failed; files evicted before stay evicted.</exception>
    public async Task<EvictionReport> RunAsync(CancellationToken cancellationToken)
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

                if (!await verification.VerifyAsync(reference, copy, cancellationToken))
                {
                    // The local file is the only copy: it stays and is uploaded again.
                    report = report with { Requeued = report.Requeued + 1 };
                    continue;
                }
            }
            catch (AssetStoreUnavailableException)
            {
                return report with { IsCutShort = true };
            }

            // A file that was used during the verification is no longer among the oldest.
            if (files.Find(file.Id, file.Format) is { } now && now.LastUsed == file.File.LastUsed)
            {
                files.Delete(file.Id, file.Format);
                report = report with { Evicted = report.Evicted + 1, EvictedBytes = report.EvictedBytes + now.SizeBytes };
            }
        }

        return report;
    }
}
