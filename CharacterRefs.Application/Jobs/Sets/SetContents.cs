using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>What the store has of a job.</summary>
/// <param name="Manifest">What says so; <c>null</c> when it was read from a listing, and nobody knows whether it is complete.</param>
/// <param name="Files">The files, in the order of their paths' code points.</param>
/// <param name="Refused">
/// What is no file of a workspace although it would be one by its place, or would lie outside: always <see cref="ErrorKind.ValidationError"/>. The paths
/// are text as it stands in the store.
/// </param>
public sealed record SetContents(JobManifest? Manifest, IReadOnlyList<SetFile> Files, IReadOnlyList<JobFileFailure> Refused);
