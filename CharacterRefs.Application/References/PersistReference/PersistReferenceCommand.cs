using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>Make sure that an image is in the store.</summary>
/// <param name="Id">Which.</param>
/// <param name="JobId">Under this job's prefix; <c>null</c> = by itself.</param>
public sealed record PersistReferenceCommand(CharacterReferenceId Id, JobId? JobId);
