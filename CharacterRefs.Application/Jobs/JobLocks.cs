using System.Collections.Concurrent;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs;

/// <summary>Lets one request at a time change a job, over all nodes: the job's lease is held and renewed while the work runs.</summary>
public sealed partial class JobLocks(IJobLeases leases, JobSettings settings, LeaseMeter meter, TimeProvider clock, ILogger<JobLocks> logger) : IDisposable
{
    private static readonly TimeSpan s_longestRelease = TimeSpan.FromSeconds(10);

    // Taking a lease and ending one exclude each other: whoever ends one knows whether it is held here.
    private readonly SemaphoreSlim _taking = new(1);
    private readonly ConcurrentDictionary<Guid, (JobId JobId, CancellationTokenSource Lost, Task Ended)> _held = new();

    /// <summary>Runs work while no other request changes the job.</summary>
    /// <param name="work">Receives a token that is also canceled when the lease is lost. It must stop then, because another request may have started.</param>
    /// <returns>The result of the work, or <see cref="ErrorKind.Conflict"/> with the time after which to retry.</returns>
    public async Task<Result<T>> RunAsync<T>(JobId jobId, Func<CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid();
        var (now, takenAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (await TryTakeAsync(jobId, holder, now + settings.Lease, lost, ended.Task, cancellationToken) is { } end)
        {
            return JobErrors.Busy(jobId, end, end > now ? end - now : TimeSpan.Zero);
        }

        using var done = new CancellationTokenSource();
        var renewal = RenewAsync(jobId, holder, takenAt, lost, done.Token);
        try
        {
            return await work(lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return JobErrors.LeaseLost(jobId, settings.Lease);
        }
        catch (ManifestChangedException error)
        {
            LogChanged(logger, jobId, error.Message);
            return JobErrors.ManifestChanged(jobId);
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
            await ReleaseAsync(jobId, holder);
            _held.TryRemove(holder, out _);
            ended.SetResult();
        }
    }

    /// <summary>
    /// Ends the lease of a job. Work of this process is stopped and has ended afterwards, so that nothing of it happens after another request starts. Work of
    /// another process stops when it does not renew the lease.
    /// </summary>
    /// <returns>Whether there was a lease.</returns>
    public async Task<bool> BreakAsync(JobId jobId, CancellationToken cancellationToken)
    {
        List<(JobId JobId, CancellationTokenSource Lost, Task Ended)> held;
        await _taking.WaitAsync(cancellationToken);
        try
        {
            held = [.. _held.Values.Where(work => work.JobId == jobId)];
            if (held.Count == 0)
            {
                return await leases.BreakAsync(jobId, cancellationToken);
            }
        }
        finally
        {
            _taking.Release();
        }

        foreach (var (_, lost, ended) in held)
        {
            try
            {
                await lost.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended.
            }

            await ended.WaitAsync(cancellationToken);
        }

        return true;
    }

    public void Dispose() => _taking.Dispose();

    /// <returns><c>null</c> when the lease was taken, and the work is known to <see cref="BreakAsync"/>; otherwise the end of the lease of another.</returns>
    private async Task<DateTimeOffset?> TryTakeAsync(
        JobId jobId, Guid holder, DateTimeOffset until, CancellationTokenSource lost, Task ended, CancellationToken cancellationToken)
    {
        await _taking.WaitAsync(cancellationToken);
        try
        {
            var end = await leases.TryTakeAsync(jobId, holder, until, cancellationToken);
            if (end is null)
            {
                _held[holder] = (jobId, lost, ended);
            }

            return end;
        }
        finally
        {
            _taking.Release();
        }
    }

    private async Task RenewAsync(JobId jobId, Guid holder, long takenAt, CancellationTokenSource lost, CancellationToken done)
    {
        if (!await LeaseRenewal.RunAsync(settings.Lease, takenAt, RenewOnceAsync, lost, clock, done))
        {
            meter.Lost("job");
            LogLost(logger, jobId);
        }

        async Task<bool?> RenewOnceAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await leases.RenewAsync(jobId, holder, clock.GetUtcNow() + settings.Lease, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotRenewed(logger, jobId, error.ToCause(), error.ToTrace());
                return null;
            }
        }
    }

    private async Task ReleaseAsync(JobId jobId, Guid holder)
    {
        // The result of the work is valid whether or not the catalog responds, so it is not kept waiting; at worst the lease expires.
        using var timeout = new CancellationTokenSource(s_longestRelease, clock);
        try
        {
            await leases.ReleaseAsync(jobId, holder, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (LocalStorageException error)
        {
            LogNotReleased(logger, jobId, error.ToCause());
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            LogNotReleased(logger, jobId, "The catalog did not respond in time.");
        }
    }

    [LoggerMessage(59, LogLevel.Warning, "A change of job {JobId} was not committed: {Cause}")]
    private static partial void LogChanged(ILogger logger, JobId jobId, string cause);

    [LoggerMessage(60, LogLevel.Warning, "The lease of job {JobId} was not renewed: {Cause}")]
    private static partial void LogNotRenewed(ILogger logger, JobId jobId, string cause, Exception? trace);

    [LoggerMessage(61, LogLevel.Error, "The lease of job {JobId} was lost; the work on it was stopped")]
    private static partial void LogLost(ILogger logger, JobId jobId);

    [LoggerMessage(62, LogLevel.Warning, "The lease of job {JobId} was not released; it will expire: {Cause}")]
    private static partial void LogNotReleased(ILogger logger, JobId jobId, string cause);
}
