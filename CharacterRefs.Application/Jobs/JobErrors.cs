using System.Globalization;
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

    /// <summary>The set has other files, but not this one.</summary>
    public static Error NoSuchFile(JobId jobId, JobAssetPath path) => new(ErrorKind.NotFound, $"The set of job {jobId} has no file {path}.");

    /// <summary>The workspace has no plain file of this path.</summary>
    public static Error NotInWorkspace(JobId jobId, JobAssetPath path) =>
        new(ErrorKind.NotFound, $"The workspace of job {jobId} has no file {path}. If the stored set has it, restore the job.");

    /// <summary>Another request holds the lease of the job.</summary>
    public static Error Busy(JobId jobId, DateTimeOffset end, TimeSpan retryAfter) =>
        new(
            ErrorKind.Conflict,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Another request is changing the assets of job {jobId}; its lease ends at {end:yyyy-MM-ddTHH:mm:ssZ} unless it is renewed. ")
            + "Retry after it has finished. If its process is gone, DELETE the lease of the job.")
        {
            RetryAfter = retryAfter,
        };

    /// <summary>Another service, without the lease, committed a manifest while the work ran.</summary>
    public static Error ManifestChanged(JobId jobId) =>
        new(ErrorKind.Conflict, $"Another service changed the set of job {jobId} at the same time; this change was not committed. Retry it.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>The lease of the job was lost while the work ran.</summary>
    public static Error LeaseLost(JobId jobId, TimeSpan retryAfter) =>
        new(ErrorKind.Conflict, $"The lease of job {jobId} was lost, so its change was stopped. Retry it.") { RetryAfter = retryAfter };
}
