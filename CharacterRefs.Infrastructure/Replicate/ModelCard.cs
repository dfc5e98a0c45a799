using CharacterRefs.Infrastructure.Replicate.Inputs;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>A model as Replicate describes it.</summary>
/// <param name="Name">As requests name it.</param>
/// <param name="Route">Where predictions are created.</param>
/// <param name="Fallback">The route after a 404, for community models, which have no route of their own; <c>null</c> when there is none.</param>
/// <param name="Schema">Its inputs; <c>null</c> when it publishes none.</param>
internal sealed record ModelCard(string Name, CreateRoute Route, CreateRoute? Fallback, ModelSchema? Schema);
