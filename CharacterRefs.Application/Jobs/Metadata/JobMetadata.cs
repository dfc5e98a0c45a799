namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>A job's <c>metadata.json</c>, opened for reading. The caller disposes the stream.</summary>
/// <param name="Content">The bytes, unchanged.</param>
/// <param name="Sha256">Their hash; <c>null</c> when an earlier system stored them without one.</param>
public sealed record JobMetadata(Stream Content, ContentHash? Sha256);
