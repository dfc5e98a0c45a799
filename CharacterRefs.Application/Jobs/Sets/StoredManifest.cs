using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A manifest as it was read.</summary>
/// <param name="Manifest">What of it can be trusted.</param>
/// <param name="RefusedPaths">Paths as they stand in it that lie in no workspace, or whose bytes would lie outside the job's prefix.</param>
public sealed record StoredManifest(JobManifest Manifest, IReadOnlyList<string> RefusedPaths);
