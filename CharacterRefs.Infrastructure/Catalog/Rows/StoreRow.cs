namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The one row with the name of the store that persisted copies are in.</summary>
internal sealed class StoreRow
{
    public const int OnlyKey = 1;

    public int Key { get; set; }

    public required string Name { get; set; }
}
