using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Application.Generations.ListModels;

/// <summary>Lists the models that requests may name, with the parameters that each accepts.</summary>
public sealed class ListModelsHandler(IImageGenerator generator, GenerationSettings settings, ModelPrices prices)
{
    /// <returns>In the order of their names; a model that cannot be read now has an error in its description.</returns>
    public async Task<IReadOnlyList<ListedModel>> HandleAsync(CancellationToken cancellationToken)
    {
        var descriptions = await generator.DescribeModelsAsync(settings.AllowedModels, cancellationToken);
        return [.. descriptions.Select(model => new ListedModel(model, model.Name == settings.DefaultModel, prices.PriceOf(model.RecordedName)))];
    }
}
