using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.ListFlavors;
using CharacterRefs.Application.Generations.ListModels;

namespace CharacterRefs.Api.Generations;

/// <summary>Models and flavors as the contract writes them.</summary>
internal static class GenerationOffers
{
    public static GenerationModel From(ListedModel model) => new()
    {
        Name = model.Description.Name,
        IsDefault = model.IsDefault,
        IsPlaceholder = model.Description.RecordedName == ModelPrices.Placeholder,
        AspectRatios = model.Description.AspectRatios,
        OutputFormats = [.. model.Description.OutputFormats.Select(format => format.Extension)],
        TakesSeed = model.Description.TakesSeed,
        MaxSeed = model.Description.MaxSeed,
        MaxReferenceImages = model.Description.MaxReferenceImages,
        RequiresReferenceImage = model.Description.RequiresReferenceImage,
        TakesNegativePrompt = model.Description.TakesNegativePrompt,
        SafetyFilterLevels = model.Description.SafetyFilterLevels,
        PersonGenerations = model.Description.PersonGenerations,
        PriceUsd = model.PriceUsd,
        Error = model.Description.Error?.Kind.ToString(),
        Detail = model.Description.Error?.Detail,
    };

    public static GenerationFlavor From(ListedFlavor listed) => new()
    {
        Name = listed.Flavor.Name,
        IsDefault = listed.Flavor.Name == Flavor.DefaultName,
        PromptTemplate = listed.Flavor.PromptTemplate,
        Model = listed.Model,
        ReferenceModel = listed.ReferenceModel,
        AspectRatio = listed.Flavor.Defaults.AspectRatio?.ToString(),
        OutputFormat = listed.Flavor.Defaults.OutputFormat?.Extension,
        NegativePrompt = listed.Flavor.Defaults.NegativePrompt,
        SafetyFilterLevel = listed.Flavor.Defaults.SafetyFilterLevel,
        PersonGeneration = listed.Flavor.Defaults.PersonGeneration,
    };
}
