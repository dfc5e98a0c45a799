using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs;

/// <summary>Errors that several use cases of jobs share.</summary>
public static class JobErrors
{
    /// <summary>Nothing of the job exists anywhere.</summary>
    public static Error Unknown(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} was not found: it has no images, no workspace and no objects in the store.");

    /// <summary>The store has no object of the job.</summary>
    public static Error NoAssets(JobId jobId) => new(ErrorKind.NotFound, $"No assets of job {jobId} were found in the store.");

    /// <summary>Files of the job may be in the store; without a manifest nothing defines its complete set.</summary>
    public static Error NoManifest(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} has no manifest in the store, so it has no complete set. Persist the job to write one.");

    /// <summary>What is at the key of the manifest cannot be read as one.</summary>
    /// <param name="cause">Why, as a sentence.</param>
    public static Error InvalidManifest(JobId jobId, string cause) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} is not valid: {cause} Persist the job from its workspace to write a new one.");

    /// <summary>Neither the workspace nor the store has anything of the job.</summary>
    /// <param name="workspace">Path of the workspace, as clients may see it.</param>
    public static Error NoWorkspace(JobId jobId, string workspace) =>
        new(ErrorKind.NotFound, $"Job {jobId} has no workspace {workspace} and no assets in the store.");

    /// <summary>Neither the store nor the workspace has <c>metadata.json</c>.</summary>
    public static Error NoMetadata(JobId jobId) =>
        new(ErrorKind.NotFound, $"Job {jobId} has no {JobAssetPath.Metadata} in the store or in its workspace.");

    /// <summary>Nobody holds the lease of the job.</summary>
    public static Error NoLease(JobId jobId) => new(ErrorKind.NotFound, $"Job {jobId} has no lease: no request is changing it.");

    /// <summary>The job does not use the image.</summary>
    public static Error NotAssociated(JobId jobId, CharacterReferenceId id) =>
        new(ErrorKind.NotFound, $"Character reference image with ID {id} is not associated with job {jobId}.");

    /// <summary>A file is longer than any file of a job may be.</summary>
    /// <param name="maxBytes">The limit in bytes.</param>
    public static Error TooLong(long maxBytes) => new(
        ErrorKind.PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"A file of a job may have at most {maxBytes} bytes (JOB_FILE_MAX_BYTES)."));

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
