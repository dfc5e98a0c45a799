namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>Describes a model by its schema, with the same table that fits requests to it.</summary>
internal static class ModelAbilities
{
    /// <param name="name">As requests name the model.</param>
    /// <param name="schema">Its inputs; <c>null</c> when it publishes none, so that only the prompt is sent.</param>
    public static ModelDescription Describe(string name, ModelSchema? schema)
    {
        var described = new ModelDescription { Name = name, RecordedName = name };
        if (schema is null)
        {
            return described;
        }

        var seed = schema.Find(InputTable.Seed);
        return described with
        {
            AspectRatios = RatiosOf(schema.Find(InputTable.AspectRatio)),
            OutputFormats = [.. ImageFormat.All.Where(format => Accepts(schema, new GenerationParameters { OutputFormat = format }))],
            TakesSeed = seed is not null,
            MaxSeed = seed is null ? null : (int)Math.Clamp(seed.Maximum ?? GenerationLimits.MaxSeed, 0, GenerationLimits.MaxSeed),
            MaxReferenceImages = Math.Min(ModelInputs.MaxReferences(schema), GenerationLimits.MaxReferenceImages),
            RequiresReferenceImage = ModelInputs.RequiresReference(schema),
            TakesNegativePrompt = Accepts(schema, new GenerationParameters { NegativePrompt = "text" }),
            SafetyFilterLevels = [.. SafetyFilterLevels.All.Where(level => Accepts(schema, new GenerationParameters { SafetyFilterLevel = level }))],
            PersonGenerations = [.. PersonGenerations.All.Where(people => Accepts(schema, new GenerationParameters { PersonGeneration = people }))],
        };
    }

    private static List<string>? RatiosOf(ModelProperty? property) => property switch
    {
        null => [],
        { Enum: { } values } => [.. values.Select(value => value.ToString()).Where(text => AspectRatio.TryParse(text, out _))],
        _ => property.Accept("1:1") is null ? [] : null,
    };

    /// <summary>Whether the model accepts the only parameter that is set.</summary>
    private static bool Accepts(ModelSchema schema, GenerationParameters parameters) => InputTable.Rules.Any(rule =>
        rule.Choice(parameters) is { } choice
        && rule.Targets.FirstOrDefault(target => schema.Find(target.Name) is not null) is { } target
        && target.Translate(choice, schema.Find(target.Name)!, false) is not null);
}
