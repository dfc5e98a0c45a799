namespace CharacterRefs.Application.References.PersistReference;

/// <summary>Persist an image in the object store.</summary>
/// <param name="JobId">The job whose copy is persisted; <c>null</c> for the standalone copy.</param>
public sealed record PersistReferenceCommand(CharacterReferenceId Id, JobId? JobId);
