using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.PresignReference;

/// <summary>A presigned URL of an image, or why there is none.</summary>
/// <param name="Key">Key of the copy; <c>null</c> when there is none.</param>
/// <param name="Url">The URL; set exactly when <paramref name="Key"/> is.</param>
/// <param name="Error">Why there is no URL; <c>null</c> when there is one.</param>
public sealed record PresignedReference(CharacterReferenceId Id, AssetKey? Key, PresignedUrl? Url, Error? Error);
