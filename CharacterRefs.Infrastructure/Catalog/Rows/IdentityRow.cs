namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The one row that identifies this catalog. A copy or a backup of the catalog has the same.</summary>
internal sealed class IdentityRow
{
    public const int OnlyKey = 1;

    public int Key { get; set; }

    /// <summary>Random, made once.</summary>
    public Guid Id { get; set; }
}
