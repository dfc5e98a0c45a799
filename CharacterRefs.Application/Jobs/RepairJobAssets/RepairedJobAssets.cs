using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.RepairJobAssets;

/// <summary>What came of a repair. Both lists are in the order of the paths' code points.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Repaired">Paths of what was stored again and read back.</param>
/// <param name="Failed">What is still missing or corrupt.</param>
public sealed record RepairedJobAssets(JobId JobId, IReadOnlyList<string> Repaired, IReadOnlyList<JobFileFailure> Failed)
{
    /// <summary>Whether the store has everything now that the manifest names.</summary>
    public bool IsComplete => Failed.Count == 0;
}
