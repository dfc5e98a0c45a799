using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References.GetDerivative;

/// <summary>How a derivative is delivered.</summary>
/// <param name="Url">Its presigned URL; <c>null</c> when it is delivered from its local file.</param>
/// <param name="File">Its local file; <c>null</c> when it is delivered by its URL.</param>
/// <param name="IsFallback">Whether the local file is used because the store is unavailable.</param>
public sealed record DerivativeDelivery(PresignedUrl? Url, LocalFile? File, bool IsFallback);
