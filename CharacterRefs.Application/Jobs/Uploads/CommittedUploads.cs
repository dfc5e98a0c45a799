namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>The outcome of a commit.</summary>
/// <param name="Committed">Paths of the files that are in the set now.</param>
/// <param name="Skipped">Paths of the files that the set had with the same bytes.</param>
/// <param name="Failed">Files that could not be committed, with the cause; the set has what it had before.</param>
/// <param name="Manifest">The current manifest; <c>null</c> when there is none.</param>
public sealed record CommittedUploads(
    JobId JobId, IReadOnlyList<string> Committed, IReadOnlyList<string> Skipped, IReadOnlyList<JobFileFailure> Failed, JobManifest? Manifest);
