using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs;

/// <summary>Refusals that several use cases of jobs share.</summary>
internal static class JobErrors
{
    /// <summary>Nobody has heard of this job.</summary>
    public static Error Unknown(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} is not known: it uses no images, has no workspace, and nothing of it is in the store");

    /// <summary>Nothing of this job is in the store.</summary>
    public static Error NoAssets(JobId jobId) => new(ErrorKind.NotFound, $"No assets of job {jobId} are in the store");

    /// <summary>Nothing says what a complete set of this job is; files of it may be in the store.</summary>
    public static Error NoManifest(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} has no manifest in the store, so no complete set of it is there; persisting the job writes one");

    /// <summary>Somebody else changes the job at the moment.</summary>
    public static Error Busy(JobId jobId, TimeSpan retryAfter) =>
        new(ErrorKind.Conflict, $"Another request is at work on the assets of job {jobId}.") { RetryAfter = retryAfter };
}
