namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>When a change of a generation is written. One that ends the generation is always on disk when it returns.</summary>
internal enum ChangeHaste
{
    /// <summary>
    /// A few milliseconds later, with others that come meanwhile, or earlier with one that is awaited; on disk within
    /// <see cref="CatalogDatabase.LongestUnflushed"/>, and a power loss before that undoes it.
    /// </summary>
    Gathered,

    /// <summary>The last change of its slot: as <see cref="Gathered"/>, at once when no other slot of the generation can follow.</summary>
    Last,

    /// <summary>At once, and on disk when it returns.</summary>
    Flushed,
}
