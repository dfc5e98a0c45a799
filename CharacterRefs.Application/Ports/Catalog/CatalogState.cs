namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What a catalog knows of an id.</summary>
public enum CatalogState
{
    /// <summary>It has a row.</summary>
    Listed,

    /// <summary>It had one and was deleted.</summary>
    Deleted,
}
