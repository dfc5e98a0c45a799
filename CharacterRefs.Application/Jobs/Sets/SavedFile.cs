using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A file whose bytes are in the store. It is part of the set once a manifest names it.</summary>
/// <param name="Asset">As the manifest will name it, in place or incoming.</param>
/// <param name="Outcome"><see cref="SaveOutcome.Stored"/> or <see cref="SaveOutcome.AlreadyStored"/>.</param>
internal sealed record SavedFile(JobAsset Asset, SaveOutcome Outcome);
