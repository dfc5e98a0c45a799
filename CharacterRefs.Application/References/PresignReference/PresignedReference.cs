using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PresignReference;

/// <summary>An address of an image in the store, or why there is none.</summary>
/// <param name="Id">The image.</param>
/// <param name="Key">Where it is; <c>null</c> when it is nowhere.</param>
/// <param name="Url">Its address; set exactly when <paramref name="Key"/> is.</param>
/// <param name="Error">Why there is none; <c>null</c> when there is one.</param>
public sealed record PresignedReference(CharacterReferenceId Id, AssetKey? Key, PresignedUrl? Url, Error? Error);
