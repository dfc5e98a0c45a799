using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PersistReference;

/// <summary>An image in the store.</summary>
/// <param name="Id">Which.</param>
/// <param name="JobId">The job under whose prefix it is; <c>null</c> = by itself.</param>
/// <param name="Key">Where.</param>
/// <param name="Url">An address to read it.</param>
/// <param name="Outcome"><see cref="SaveOutcome.Stored"/> or <see cref="SaveOutcome.AlreadyStored"/>.</param>
public sealed record PersistedReference(CharacterReferenceId Id, JobId? JobId, AssetKey Key, PresignedUrl Url, SaveOutcome Outcome);
