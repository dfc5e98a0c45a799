using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports;

/// <summary>A copy in the store whose image was deleted.</summary>
/// <param name="Id">The deleted image.</param>
/// <param name="Key">Where its copy is, or was about to be.</param>
public sealed record DeletedCopy(CharacterReferenceId Id, AssetKey Key);
