namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>An image that was deleted; its bytes must not be adopted again.</summary>
internal sealed class TombstoneRow
{
    public Guid ImageId { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long DeletedAt { get; set; }
}
