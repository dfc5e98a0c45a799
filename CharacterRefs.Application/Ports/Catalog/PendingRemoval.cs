namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>The copy of a deleted image that is still to be removed from the object store.</summary>
/// <param name="Id">The deleted image.</param>
/// <param name="Key">Key of its copy, which may not have been uploaded yet.</param>
/// <param name="Sha256">Hash of the image: an object with another hash is not its copy. <c>null</c> in rows from before it was recorded.</param>
public sealed record PendingRemoval(CharacterReferenceId Id, AssetKey Key, ContentHash? Sha256);
