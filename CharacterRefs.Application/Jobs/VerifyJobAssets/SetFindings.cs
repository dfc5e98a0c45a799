using CharacterRefs.Application.Jobs.Sets;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>How the store differs from a job's manifest.</summary>
/// <param name="Ok">Files that the store has as they were stored.</param>
/// <param name="Missing">Files of which the store has nothing.</param>
/// <param name="Corrupt">Files of which it has other bytes.</param>
/// <param name="Refused">Paths of entries that cannot be trusted.</param>
/// <param name="Extra">What it has beyond the manifest: the path in the workspace, or for what has none the whole name of the object.</param>
internal sealed record SetFindings(
    IReadOnlyList<SetFile> Ok,
    IReadOnlyList<SetFile> Missing,
    IReadOnlyList<SetFile> Corrupt,
    IReadOnlyList<string> Refused,
    IReadOnlyList<string> Extra)
{
    public bool IsComplete => Missing.Count + Corrupt.Count + Refused.Count == 0;
}
