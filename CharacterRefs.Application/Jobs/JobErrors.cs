using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs;

/// <summary>Errors that several use cases of jobs share.</summary>
internal static class JobErrors
{
    public static Error Unknown(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} was not found: it has no images, no workspace and no objects in the store.");

    public static Error NoAssets(JobId jobId) => new(ErrorKind.NotFound, $"No assets of job {jobId} were found in the store.");

    /// <summary>Files of the job may be in the store; without a manifest nothing defines its complete set.</summary>
    public static Error NoManifest(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} has no manifest in the store, so it has no complete set. Persist the job to write one.");

    /// <summary>Another request holds the lease of the job.</summary>
    public static Error Busy(JobId jobId, TimeSpan retryAfter) =>
        new(ErrorKind.Conflict, $"Another request is changing the assets of job {jobId}. Retry after it has finished.") { RetryAfter = retryAfter };
}
