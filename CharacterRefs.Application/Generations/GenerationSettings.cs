using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Generations;

/// <summary>Which models and flavors requests may use.</summary>
public sealed record GenerationSettings
{
    /// <summary><c>REPLICATE_MODEL</c>, <c>owner/name</c>: the model of requests and flavors that name none. Default: the value in <c>appsettings.json</c>.</summary>
    public required string DefaultModel { get; init; }

    /// <summary><c>REPLICATE_ALLOWED_MODELS</c>, comma-separated <c>owner/name</c>: what a request may name, beside the default and the flavors' models.</summary>
    public required IReadOnlyList<string> AllowedModels { get; init; }

    /// <summary>Section <c>Flavors</c>, by name in lower case; contains <see cref="Flavor.DefaultName"/>.</summary>
    public required IReadOnlyDictionary<string, Flavor> Flavors { get; init; }

    /// <summary>Declares and reads the variables.</summary>
    public static GenerationSettings Read(Settings settings)
    {
        var defaultModel = settings.List("REPLICATE_MODEL", null, ModelName.Rule, ModelName.Parse);
        if (defaultModel.Count != 1)
        {
            settings.Refuse("REPLICATE_MODEL must name exactly one model, as owner/name.");
        }

        var flavors = new FlavorReader(settings).Read();
        var allowed = settings.List("REPLICATE_ALLOWED_MODELS", null, $"comma-separated {ModelName.Rule}", ModelName.Parse)
            .Concat(defaultModel)
            .Concat(flavors.Values.SelectMany(flavor => new[] { flavor.Model, flavor.ReferenceModel }).OfType<string>());
        return new GenerationSettings
        {
            DefaultModel = defaultModel.Count > 0 ? defaultModel[0] : "",
            AllowedModels = [.. allowed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Flavors = flavors,
        };
    }
}
