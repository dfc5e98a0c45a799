using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>Why a set cannot be had as an archive.</summary>
internal static class ArchiveErrors
{
    private const int MostNamed = 20;

    /// <summary>Leaving them out would make an archive that only looks complete.</summary>
    public static Error Refused(JobId jobId, IReadOnlyList<string> paths) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} names files that lie in no workspace, or outside the job's place in the store: {Name(paths)}.");

    public static Error Incomplete(JobId jobId, IReadOnlyList<string> faults) =>
        new(ErrorKind.Conflict, $"The store does not hold what the manifest of job {jobId} names: {Name(faults)}.");

    public static Error TooLong(JobId jobId) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} names more bytes than an archive can have.");

    private static string Name(IReadOnlyList<string> things) =>
        string.Join(", ", things.Take(MostNamed)) + (things.Count > MostNamed ? $", and {things.Count - MostNamed} more" : "");
}
