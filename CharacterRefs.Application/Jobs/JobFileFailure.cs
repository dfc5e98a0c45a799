using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs;

/// <summary>A file of a job that could not be dealt with; the others were.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Error">The kind.</param>
/// <param name="Detail">The cause, as a sentence.</param>
public sealed record JobFileFailure(string Path, ErrorKind Error, string Detail);
