using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Result of one upload attempt.</summary>
/// <param name="Copy">The copy as it was recorded.</param>
/// <param name="Outcome">Outcome of the save; <c>null</c> when the attempt failed.</param>
/// <param name="Error">Why the attempt failed; <c>null</c> when the copy is persisted.</param>
public sealed record UploadResult(RemoteCopy Copy, SaveOutcome? Outcome, Error? Error);
