namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>Who does what one node does for all.</summary>
internal sealed class DutyRow
{
    /// <summary>A <see cref="NodeDuty"/>.</summary>
    public required string Name { get; set; }

    public Guid NodeId { get; set; }
}
