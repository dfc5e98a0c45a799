using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs;

/// <summary>Lets one request at a time change a job, over all nodes: the job's lease is held and renewed while the work runs.</summary>
public sealed partial class JobLocks(IJobLeases leases, JobSettings settings, TimeProvider clock, ILogger<JobLocks> logger)
{
    private const int RenewalsPerLease = 3;

    /// <summary>Runs work while no other request changes the job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="work">Receives a token that is also cancelled when the lease is lost. It must stop then, because another request may have started.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The result of the work, or <see cref="ErrorKind.Conflict"/> with the time after which to retry.</returns>
    public async Task<Result<T>> RunAsync<T>(JobId jobId, Func<CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid();
        var now = clock.GetUtcNow();
        if (await leases.TryTakeAsync(jobId, holder, now + settings.Lease, cancellationToken) is { } end)
        {
            return JobErrors.Busy(jobId, end > now ? end - now : TimeSpan.Zero);
        }

        using var done = new CancellationTokenSource();
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewal = RenewAsync(jobId, holder, now + settings.Lease, lost, done.Token);
        try
        {
            return await work(lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return JobErrors.Busy(jobId, settings.Lease);
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
            await ReleaseAsync(jobId, holder);
        }
    }

    private async Task RenewAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationTokenSource lost, CancellationToken done)
    {
        while (await PauseAsync(done))
        {
            var next = clock.GetUtcNow() + settings.Lease;
            try
            {
                if (await leases.RenewAsync(jobId, holder, next, done))
                {
                    until = next;
                    continue;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotRenewed(logger, jobId, error);
                if (clock.GetUtcNow() < until)
                {
                    continue; // the lease has not expired; the next renewal may succeed
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }

            LogLost(logger, jobId);
            await lost.CancelAsync();
            return;
        }
    }

    private async Task<bool> PauseAsync(CancellationToken done)
    {
        await Task.Delay(settings.Lease / RenewalsPerLease, clock, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !done.IsCancellationRequested;
    }

    private async Task ReleaseAsync(JobId jobId, Guid holder)
    {
        try
        {
            await leases.ReleaseAsync(jobId, holder, CancellationToken.None);
        }
        catch (LocalStorageException error)
        {
            // The lease expires, and the result of the work is valid.
            LogNotReleased(logger, jobId, error);
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "The lease of job {JobId} was not renewed")]
    private static partial void LogNotRenewed(ILogger logger, JobId jobId, Exception exception);

    [LoggerMessage(61, LogLevel.Error, "The lease of job {JobId} was lost; the work on it was stopped")]
    private static partial void LogLost(ILogger logger, JobId jobId);

    [LoggerMessage(62, LogLevel.Warning, "The lease of job {JobId} was not released; it will expire")]
    private static partial void LogNotReleased(ILogger logger, JobId jobId, Exception exception);
}
