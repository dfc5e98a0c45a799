using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>How the deletion of a row ended.</summary>
/// <param name="IsDone">Whether there was a row, and it is gone.</param>
/// <param name="UsedBy">The jobs that kept it, in the order of the ids' code points; empty when none did.</param>
public sealed record ReferenceDeletion(bool IsDone, IReadOnlyList<JobId> UsedBy)
{
    /// <summary>There was a row, and it is gone.</summary>
    public static ReferenceDeletion Done { get; } = new(true, []);

    /// <summary>There was no row.</summary>
    public static ReferenceDeletion Absent { get; } = new(false, []);
}
