using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Application.Generations;

/// <summary>A named set of prompt template, model and defaults for what a request leaves open.</summary>
public sealed record Flavor
{
    /// <summary>The flavor of requests that name none; it must exist.</summary>
    public const string DefaultName = "default";

    /// <summary>Stands for the description in a template.</summary>
    public const string DescriptionPlaceholder = "{character_description}";

    /// <summary>As requests name it, in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Contains <see cref="DescriptionPlaceholder"/> at least once.</summary>
    public required string PromptTemplate { get; init; }

    /// <summary><c>owner/name</c>; <c>null</c> means <c>REPLICATE_MODEL</c>.</summary>
    public string? Model { get; init; }

    /// <summary><c>owner/name</c> for requests with a reference image; <c>null</c> means the same model as without one.</summary>
    public string? ReferenceModel { get; init; }

    /// <summary>Values for what the request leaves open.</summary>
    public required GenerationParameters Defaults { get; init; }

    /// <summary>The prompt for this description.</summary>
    public string PromptFor(string description) => PromptTemplate.Replace(DescriptionPlaceholder, description, StringComparison.Ordinal);
}
