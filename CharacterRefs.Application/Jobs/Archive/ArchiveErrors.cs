using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Archive;

public static class ArchiveErrors
{
    private const int MaxNamed = 20;

    /// <summary>Without these entries the archive would only look complete.</summary>
    public static Error Refused(JobId jobId, IReadOnlyList<string> paths) =>
        new(
            ErrorKind.Conflict,
            $"The manifest of job {jobId} has entries with illegal paths, or keys outside the job: {NamedItems.Join(paths, MaxNamed)}. "
            + "Persist the job to write a new one.");

    /// <summary>Files are missing in the store, or differ from the manifest.</summary>
    public static Error Incomplete(JobId jobId, IReadOnlyList<string> faults) =>
        new(ErrorKind.Conflict, $"Files of job {jobId} do not match its manifest: {NamedItems.Join(faults, MaxNamed)}. Repair the job from its workspace.");

    /// <summary>The sizes in the manifest are no archive's.</summary>
    public static Error TooLong(JobId jobId) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} has more bytes than an archive can have; at most {long.MaxValue} are allowed.");
}
