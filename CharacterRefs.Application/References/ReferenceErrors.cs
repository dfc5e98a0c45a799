using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>Refusals that several use cases share.</summary>
internal static class ReferenceErrors
{
    private const int MostJobs = 10;

    /// <summary>The wording of the contract.</summary>
    public static Error NotFound(CharacterReferenceId id) => new(ErrorKind.NotFound, $"Character reference image with ID {id} not found");

    /// <summary>Several, each named.</summary>
    public static Error NotFound(IReadOnlyList<CharacterReferenceId> ids) => new(
        ErrorKind.NotFound,
        ids.Count == 1 ? NotFound(ids[0]).Detail : $"Character reference images with these IDs not found: {string.Join(", ", ids)}")
    {
        UnknownImageIds = [.. ids.Select(id => id.ToString())],
    };

    /// <summary>Jobs use the image, and it must not be taken from them.</summary>
    public static Error InUse(CharacterReferenceId id, IReadOnlyList<JobId> jobs)
    {
        var named = string.Join(", ", jobs.Take(MostJobs)) + (jobs.Count > MostJobs ? $" and {jobs.Count - MostJobs} more" : "");
        return new Error(ErrorKind.Conflict, $"Character reference image with ID {id} is in use by {(jobs.Count == 1 ? "job" : "jobs")} {named}. Remove it from there first.");
    }
}
