using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs;

/// <summary>A file of a job that failed while the others were processed.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Detail">The cause, as a sentence.</param>
public sealed record JobFileFailure(string Path, ErrorKind Error, string Detail)
{
    /// <summary>The failure of a file.</summary>
    public static JobFileFailure Of(JobAssetPath path, Error error) => new(path.Value, error.Kind, error.Detail);
}
