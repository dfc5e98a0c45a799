using CharacterRefs.Infrastructure.Replicate.Inputs;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>What is known of a model.</summary>
/// <param name="Name"><c>owner/name</c>.</param>
/// <param name="LatestVersion">Id of its newest version; <c>null</c> when none is published.</param>
/// <param name="Schema">Its inputs; <c>null</c> when it publishes none.</param>
internal sealed record ModelCard(string Name, string? LatestVersion, ModelSchema? Schema);
