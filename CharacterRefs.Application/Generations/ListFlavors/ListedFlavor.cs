namespace CharacterRefs.Application.Generations.ListFlavors;

/// <summary>A flavor that requests may name.</summary>
/// <param name="Model">The model of requests that name none.</param>
/// <param name="ReferenceModel">The same for requests with reference images.</param>
public sealed record ListedFlavor(Flavor Flavor, string Model, string ReferenceModel);
