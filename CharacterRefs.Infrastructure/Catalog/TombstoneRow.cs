namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>An image that was deleted; its bytes must not be adopted again.</summary>
internal sealed class TombstoneRow
{
    public Guid ImageId { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long DeletedAt { get; set; }

    /// <summary>Key of a copy in the store that is still to be removed; <c>null</c> when there is none any more.</summary>
    public string? StoredKey { get; set; }

    /// <summary>SHA-256 of the image, by which its copy is known; <c>null</c> in rows from before it was kept.</summary>
    public string? Sha256 { get; set; }
}
