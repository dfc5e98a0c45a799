using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Application.Generations.ListModels;

/// <summary>A model that requests may name.</summary>
/// <param name="Description">The parameters that it accepts.</param>
/// <param name="IsDefault">Whether it is the model of requests and flavors that name none.</param>
/// <param name="PriceUsd">Price of one image; <c>null</c> when none is configured.</param>
public sealed record ListedModel(ModelDescription Description, bool IsDefault, decimal? PriceUsd);
