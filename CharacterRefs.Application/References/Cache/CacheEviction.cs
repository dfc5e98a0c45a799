using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Makes room on local disk: removes the files that were not used for the longest time, as long as all together exceed the limit. Only a file whose copy
/// the store has at that moment, as it was verified, is removed; the row stays as it is. While the store does not answer nothing is removed, because
/// the files are what stands in for it.
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

            // Used while the store was asked: it is among the last to go now.
            if (files.Find(file.Id, file.Format) is { } now && now.LastUsed == file.File.LastUsed)
            {
                files.Delete(file.Id, file.Format);
                report = report with { Evicted = report.Evicted + 1, EvictedBytes = report.EvictedBytes + now.SizeBytes };
            }
        }

        return report;
    }
}
