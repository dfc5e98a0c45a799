using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>One round of the upload worker: queues images that were added before uploads were on, then attempts every upload that is due.</summary>
public sealed partial class UploadRound(
    IUploadQueue queue,
    UploadAttempt attempt,
    IStoreReachability reachability,
    StorageSettings settings,
    LeaseMeter leases,
    TimeProvider clock,
    ILogger<UploadRound> logger)
{
    private const int EnqueueBatch = 100;
    private const int UploadBatch = 1_000; // at the end of each batch some workers are idle until its last upload is done
    private static readonly TimeSpan s_claimTime = TimeSpan.FromMinutes(2);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private bool _hasRun;

    /// <returns>
    /// When the next upload is due: <see cref="DateTimeOffset.MinValue"/> when a batch was full, so that the next round can follow at once; <c>null</c> when
    /// none is pending or the store is unreachable.
    /// </returns>
    public async Task<DateTimeOffset?> RunAsync(CancellationToken cancellationToken)
    {
        var hasMore = await EnqueueOldAsync(cancellationToken);
        if (!reachability.IsReachable)
        {
            return hasMore ? DateTimeOffset.MinValue : null;
        }

        return await AttemptDueAsync(cancellationToken) | hasMore ? DateTimeOffset.MinValue : await queue.FindNextDueAsync(cancellationToken);
    }

    private async Task<bool> EnqueueOldAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsEveryImageStored)
        {
            return false;
        }

        var old = await queue.ListUnqueuedAsync(EnqueueBatch, cancellationToken);
        foreach (var reference in old)
        {
            await queue.RecordAsync(reference.Id, null, UploadIntake.Create(reference, clock.GetUtcNow()), cancellationToken);
        }

        return old.Count == EnqueueBatch;
    }

    private async Task<bool> AttemptDueAsync(CancellationToken cancellationToken)
    {
        // The first round includes uploads that a previous process left to its requests; those of this process are due later. Another node may be alive.
        var (now, claimedAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        var dueBefore = _hasRun || settings.StoresFirst ? now : _startedAt + UploadIntake.RequestLead;

        // What is claimed begins at once, so that other nodes get what would wait here, and no claim expires before its attempt.
        var batch = settings.StoresFirst ? settings.StoreConcurrency : UploadBatch;
        var due = await queue.ClaimDueAsync(dueBefore, now + s_claimTime, batch, cancellationToken);
        _hasRun = true;
        if (settings.StoresFirst)
        {
            await Task.WhenAll(due.Select(reference => AttemptClaimedAsync(reference, claimedAt, cancellationToken)));
        }
        else
        {
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
                async (reference, token) => await attempt.RunAsync(reference, token));
        }

        return due.Count == batch;
    }

    /// <summary>
    /// Renews the claim while the upload lasts. An upload whose claim was lost is stopped, and recorded by nobody but its new owner. When the service stops,
    /// the claim is released.
    /// </summary>
    private async Task AttemptClaimedAsync(CharacterReference reference, long claimedAt, CancellationToken cancellationToken)
    {
        var claimed = reference.RemoteCopy!;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = new CancellationTokenSource();
        var renewal = LeaseRenewal.RunAsync(s_claimTime, claimedAt, RenewAsync, lost, clock, done.Token);
        (SaveOutcome? Outcome, Error? Error)? saved = null;
        try
        {
            saved = await attempt.SaveAsync(reference, claimed.Key, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
        }

        if (saved is not var (outcome, error))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await queue.ReleaseAsync(reference.Id, claimed, CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
            }

            leases.Lost("upload");
            LogLost(logger, reference.Id);
            return;
        }

        await attempt.RecordAsync(reference with { RemoteCopy = claimed }, claimed, outcome, error, cancellationToken);

        async Task<bool?> RenewAsync(CancellationToken token)
        {
            var next = claimed with { NextAttemptAt = clock.GetUtcNow() + s_claimTime };
            try
            {
                if (!await queue.RenewClaimAsync(reference.Id, claimed, next.NextAttemptAt, token))
                {
                    return false;
                }
            }
            catch (LocalStorageException fault)
            {
                LogNotRenewed(logger, reference.Id, fault.Message);
                return null;
            }

            claimed = next;
            return true;
        }
    }

    [LoggerMessage(32, LogLevel.Warning, "The claim of the upload of {ImageId} was lost; the attempt was stopped")]
    private static partial void LogLost(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(33, LogLevel.Warning, "The claim of the upload of {ImageId} was not renewed: {Cause}")]
    private static partial void LogNotRenewed(ILogger logger, CharacterReferenceId imageId, string cause);
}
