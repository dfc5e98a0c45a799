using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>Whether the store has what a job's manifest says. All lists are in the order of code points.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Depth">How closely it was looked at.</param>
/// <param name="Ok">Paths of files that the store has as they were stored.</param>
/// <param name="Missing">Paths of files of which the store has nothing.</param>
/// <param name="Extra">What the store has beyond the manifest: paths, or for what has none the whole names of the objects. It does no harm to the set.</param>
/// <param name="Corrupt">Paths of files of which the store has other bytes, and of entries of the manifest that cannot be trusted.</param>
public sealed record VerifiedJobAssets(
    JobId JobId,
    VerifyDepth Depth,
    IReadOnlyList<string> Ok,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Extra,
    IReadOnlyList<string> Corrupt)
{
    /// <summary>Whether everything that the manifest names is there, as it was stored.</summary>
    public bool IsComplete => Missing.Count + Corrupt.Count == 0;
}
