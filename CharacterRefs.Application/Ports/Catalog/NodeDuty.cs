namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Work on the catalog as a whole, for which one node is enough. The names are in the catalog.</summary>
public enum NodeDuty
{
    /// <summary>Removing copies of deleted images from the object store.</summary>
    Removals,

    /// <summary>Checking that the object store still has the persisted copies.</summary>
    CopyCheck,

    /// <summary>Rendering the thumbs of images that have none.</summary>
    Thumbs,

    /// <summary>Searching all jobs for images of an earlier system.</summary>
    JobImages,
}
