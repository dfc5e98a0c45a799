using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>Refusals that several use cases share.</summary>
internal static class ReferenceErrors
{
    private const int MostJobs = 10;
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The wording of the contract.</summary>
    public static Error NotFound(CharacterReferenceId id) => new(ErrorKind.NotFound, $"Character reference image with ID {id} not found");

    /// <summary>Several, each named.</summary>
    public static Error NotFound(IReadOnlyList<CharacterReferenceId> ids) => new(
        ErrorKind.NotFound,
        ids.Count == 1 ? NotFound(ids[0]).Detail : $"Character reference images with these IDs not found: {string.Join(", ", ids)}")
    {
        UnknownImageIds = [.. ids.Select(id => id.ToString())],
    };

    /// <summary>Only the store could help, and it is known without asking that it cannot be asked now.</summary>
    /// <param name="why">What it was needed for, as a sentence.</param>
    /// <param name="reachability">Knows the cause, which follows that sentence and decides the kind.</param>
    public static Error NotAsked(string why, IStoreReachability reachability)
    {
        var cause = reachability.Problem?.ToError() ?? new Error(ErrorKind.StorageUnavailable, "It does not answer at the moment.");
        return new Error(cause.Kind, $"{why} {cause.Detail}")
        {
            // A configuration does not mend itself by waiting.
            RetryAfter = cause.Kind is ErrorKind.StorageUnavailable ? cause.RetryAfter ?? s_retryAfter : null,
        };
    }

    /// <summary>Jobs use the image, and it must not be taken from them.</summary>
    public static Error InUse(CharacterReferenceId id, IReadOnlyList<JobId> jobs)
    {
        var named = string.Join(", ", jobs.Take(MostJobs)) + (jobs.Count > MostJobs ? $" and {jobs.Count - MostJobs} more" : "");
        return new Error(ErrorKind.Conflict,
            $"Character reference image with ID {id} is in use by {(jobs.Count == 1 ? "job" : "jobs")} {named}. Remove it from there first.");
    }
}
