using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.BreakJobLease;

/// <summary>Ends the lease of a job whose process is gone, before it expires.</summary>
public sealed partial class BreakJobLeaseHandler(JobLocks locks, ILogger<BreakJobLeaseHandler> logger)
{
    /// <returns>The job; <see cref="ErrorKind.NotFound"/> when nobody holds its lease.</returns>
    public async Task<Result<JobId>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!await locks.BreakAsync(jobId, cancellationToken))
        {
            return JobErrors.NoLease(jobId);
        }

        LogBroken(logger, jobId);
        return jobId;
    }

    [LoggerMessage(63, LogLevel.Warning, "The lease of job {JobId} was ended on request")]
    private static partial void LogBroken(ILogger logger, JobId jobId);
}
