using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>A copy in the store whose image was deleted.</summary>
/// <param name="Id">The deleted image.</param>
/// <param name="Key">Where its copy is, or was about to be.</param>
/// <param name="Sha256">What the image was: other bytes under the key are not its copy. <c>null</c> when that was not kept.</param>
public sealed record PendingRemoval(CharacterReferenceId Id, AssetKey Key, ContentHash? Sha256);
