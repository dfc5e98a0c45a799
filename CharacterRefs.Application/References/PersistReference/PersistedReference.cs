using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>A persisted image.</summary>
/// <param name="JobId">The job that the copy belongs to; <c>null</c> for the standalone copy.</param>
/// <param name="Key">Key of the copy.</param>
/// <param name="Url">Presigned URL of the copy.</param>
/// <param name="Outcome"><see cref="SaveOutcome.Stored"/> or <see cref="SaveOutcome.AlreadyStored"/>.</param>
public sealed record PersistedReference(CharacterReferenceId Id, JobId? JobId, AssetKey Key, PresignedUrl Url, SaveOutcome Outcome);
