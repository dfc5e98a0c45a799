using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The files of a job in the store.</summary>
/// <param name="Manifest">The current manifest; <c>null</c> when the files come from a listing, and whether they are complete is unknown.</param>
/// <param name="Files">The files, in the order of their paths' code points.</param>
/// <param name="Refused">
/// Entries that cannot be files of a workspace, always with <see cref="ErrorKind.ValidationError"/>. Their paths are the text in the store.
/// </param>
/// <param name="Ignored">As <see cref="JobListing.Ignored"/>.</param>
public sealed record SetContents(JobManifest? Manifest, IReadOnlyList<SetFile> Files, IReadOnlyList<JobFileFailure> Refused, IReadOnlyList<string> Ignored);
