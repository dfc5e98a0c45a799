using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A file whose bytes are in the store, under its own key or waiting. It is in the set when a manifest says so.</summary>
/// <param name="Asset">As the manifest is to name it.</param>
/// <param name="Outcome"><see cref="SaveOutcome.Stored"/> or <see cref="SaveOutcome.AlreadyStored"/>.</param>
internal sealed record SavedFile(JobAsset Asset, SaveOutcome Outcome);
