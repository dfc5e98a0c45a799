namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>State of an id in the catalog.</summary>
public enum CatalogState
{
    /// <summary>It has a row.</summary>
    Listed,

    /// <summary>Its image was deleted.</summary>
    Deleted,
}
