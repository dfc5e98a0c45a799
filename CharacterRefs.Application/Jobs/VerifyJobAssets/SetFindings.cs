using CharacterRefs.Application.Jobs.Sets;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>How the store differs from a job's manifest.</summary>
/// <param name="Ok">Files that match.</param>
/// <param name="Missing">Files that the store does not have.</param>
/// <param name="Corrupt">Files whose bytes differ.</param>
/// <param name="Refused">Paths of invalid entries of the manifest.</param>
/// <param name="Extra">Objects that the manifest does not name: the path in the workspace, or the whole name of an object without one.</param>
internal sealed record SetFindings(
    IReadOnlyList<SetFile> Ok,
    IReadOnlyList<SetFile> Missing,
    IReadOnlyList<SetFile> Corrupt,
    IReadOnlyList<string> Refused,
    IReadOnlyList<string> Extra)
{
    public bool IsComplete => Missing.Count + Corrupt.Count + Refused.Count == 0;
}
