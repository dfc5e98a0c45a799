namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>One of the models' names for a parameter.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Translate">Converts the requested value to this property's; <c>null</c> when the property does not allow it. The flag: an image is
/// edited.</param>
internal sealed record InputTarget(string Name, Func<string, ModelProperty, bool, JsonElement?> Translate);
