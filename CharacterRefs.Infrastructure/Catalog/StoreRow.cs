namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The one row that says in which store the copies are that the catalog calls stored.</summary>
internal sealed class StoreRow
{
    public const int OnlyKey = 1;

    public int Key { get; set; }

    public required string Name { get; set; }
}
