namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>A deleted image, which must not be adopted again.</summary>
internal sealed class TombstoneRow
{
    public Guid ImageId { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long DeletedAt { get; set; }

    /// <summary>Key of a copy that is still to be removed from the object store; <c>null</c> when there is none.</summary>
    public string? StoredKey { get; set; }

    /// <summary>SHA-256 of the image, which identifies its copy; <c>null</c> in rows from before it was recorded.</summary>
    public string? Sha256 { get; set; }
}
