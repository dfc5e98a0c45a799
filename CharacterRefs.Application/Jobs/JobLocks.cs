using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs;

/// <summary>Lets one request at a time change what is kept of a job, on all nodes together: it holds the job's lease as long as the work lasts.</summary>
public sealed partial class JobLocks(IJobLeases leases, JobSettings settings, TimeProvider clock, ILogger<JobLocks> logger)
{
    private const int RenewalsPerLease = 3;

    /// <summary>Does the work when nobody else is at the job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="work">Gets a token that also ends when the lease is lost; it must stop then, because another may have begun.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What the work returns, or <see cref="ErrorKind.Conflict"/> with the time after which it may be worth trying again.</returns>
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
                    continue; // it still holds; the catalog may answer next time
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
            // It ends by itself; the work is done and its answer stands.
            LogNotReleased(logger, jobId, error);
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "The lease of job {JobId} could not be renewed")]
    private static partial void LogNotRenewed(ILogger logger, JobId jobId, Exception exception);

    [LoggerMessage(61, LogLevel.Error, "The lease of job {JobId} was lost; what was at work on it is stopped")]
    private static partial void LogLost(ILogger logger, JobId jobId);

    [LoggerMessage(62, LogLevel.Warning, "The lease of job {JobId} could not be given back; it ends by itself")]
    private static partial void LogNotReleased(ILogger logger, JobId jobId, Exception exception);
}
