using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References;

/// <summary>Errors of several use cases.</summary>
public static class ReferenceErrors
{
    private const int MostJobs = 10;
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The message is part of the contract.</summary>
    public static Error NotFound(CharacterReferenceId id) => new(ErrorKind.NotFound, $"Character reference image with ID {id} not found");

    /// <summary>Names every id that was not found.</summary>
    public static Error NotFound(IReadOnlyList<CharacterReferenceId> ids) => new(
        ErrorKind.NotFound,
        ids.Count == 1 ? NotFound(ids[0]).Detail : $"Character reference images with these IDs not found: {string.Join(", ", ids)}")
    {
        UnknownImageIds = [.. ids.Select(id => id.ToString())],
    };

    /// <summary>No copy of the image is in the store.</summary>
    public static Error NotInStorage(CharacterReferenceId id) => new(ErrorKind.NotFound, $"Character reference image with ID {id} not found in storage");

    /// <summary>The key of an image has other bytes.</summary>
    public static Error OtherBytes(AssetKey key) => new(ErrorKind.Conflict, $"Other bytes exist at {key} in the object store.");

    /// <summary>The store could not be searched now, which waiting may fix.</summary>
    public static Error Unavailable(string detail) => new(ErrorKind.StorageUnavailable, detail) { RetryAfter = s_retryAfter };

    /// <summary>Only the store could serve the request, and it is known to be unreachable, so no request was sent to it.</summary>
    /// <param name="why">What it was needed for, as a sentence.</param>
    /// <param name="reachability">Has the cause, which is appended and decides the kind.</param>
    public static Error Unreachable(string why, IStoreReachability reachability)
    {
        var cause = reachability.Problem?.ToError() ?? new Error(ErrorKind.StorageUnavailable, "The store does not respond.");
        return new Error(cause.Kind, $"{why} {cause.Detail}")
        {
            // Waiting does not fix a configuration.
            RetryAfter = cause.Kind is ErrorKind.StorageUnavailable ? cause.RetryAfter ?? s_retryAfter : null,
        };
    }

    /// <summary>Jobs use the image.</summary>
    public static Error InUse(CharacterReferenceId id, IReadOnlyList<JobId> jobs)
    {
        var users = $"{(jobs.Count == 1 ? "job" : "jobs")} {NamedItems.Join(jobs, MostJobs)}";
        return new Error(ErrorKind.Conflict, $"Character reference image with ID {id} is in use by {users}. Remove it from there first.");
    }
}
