namespace CharacterRefs.Application.Jobs.RepairJobAssets;

/// <summary>The outcome of a repair. Both lists are in the order of the paths' code points.</summary>
/// <param name="Repaired">Paths of the files that were saved again and read back.</param>
/// <param name="Failed">Files that are still missing or corrupt.</param>
public sealed record RepairedJobAssets(JobId JobId, IReadOnlyList<string> Repaired, IReadOnlyList<JobFileFailure> Failed)
{
    /// <summary>Whether the store has every file of the manifest now.</summary>
    public bool IsComplete => Failed.Count == 0;
}
