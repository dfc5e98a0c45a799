namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>The comparison of the store with a job's manifest. All lists are in the order of code points.</summary>
/// <param name="Depth">What was compared.</param>
/// <param name="Ok">Paths of the files that match.</param>
/// <param name="Missing">Paths of the files that the store does not have.</param>
/// <param name="Extra">Objects that the manifest does not name: paths, or the whole names of objects without one. They do not affect the set.</param>
/// <param name="Corrupt">Paths of the files whose bytes differ and of invalid entries of the manifest.</param>
public sealed record VerifiedJobAssets(
    JobId JobId,
    VerifyDepth Depth,
    IReadOnlyList<string> Ok,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Extra,
    IReadOnlyList<string> Corrupt)
{
    /// <summary>Whether every file of the manifest matches.</summary>
    public bool IsComplete => Missing.Count + Corrupt.Count == 0;
}
