using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs;

/// <summary>Refusals that several use cases of jobs share.</summary>
internal static class JobErrors
{
    /// <summary>Nothing of this job is in the store.</summary>
    public static Error NoAssets(JobId jobId) => new(ErrorKind.NotFound, $"No assets of job {jobId} are in the store");

    /// <summary>Somebody else changes the job at the moment.</summary>
    public static Error Busy(JobId jobId, TimeSpan retryAfter) =>
        new(ErrorKind.Conflict, $"Another request is at work on the assets of job {jobId}.") { RetryAfter = retryAfter };
}
