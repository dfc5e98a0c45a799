namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>When a change of a generation is written. One that ends the generation is always on disk when it returns.</summary>
internal enum ChangeHaste
{
    /// <summary>A few milliseconds later, with others that come meanwhile, or earlier with one that is awaited; flushed as <see cref="Prompt"/>.</summary>
    Gathered,

    /// <summary>At once; on disk within <see cref="CatalogDatabase.LongestUnflushed"/>, and a power loss before that undoes it.</summary>
    Prompt,

    /// <summary>At once, and on disk when it returns.</summary>
    Flushed,
}
