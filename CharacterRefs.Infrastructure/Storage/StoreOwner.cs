namespace CharacterRefs.Infrastructure.Storage;

/// <summary>What the owner marker of a store contains.</summary>
/// <param name="Catalog">Id of the catalog that owns the store.</param>
internal sealed record StoreOwner(Guid Catalog)
{
    /// <summary>How it is written; members that a later version adds are skipped.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
