namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Outcome of a deletion.</summary>
/// <param name="IsDone">Whether the row was deleted.</param>
/// <param name="UsedBy">The jobs that use it and prevented the deletion, in the order of the ids' code points; empty when none did.</param>
public sealed record ReferenceDeletion(bool IsDone, IReadOnlyList<JobId> UsedBy)
{
    /// <summary>The row was deleted.</summary>
    public static ReferenceDeletion Done { get; } = new(true, []);

    /// <summary>There was no row.</summary>
    public static ReferenceDeletion Absent { get; } = new(false, []);
}
