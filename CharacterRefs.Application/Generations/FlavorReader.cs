using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Generators;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Application.Generations;

/// <summary>Reads the <c>Flavors</c> section; a member that no flavor has, or a value out of range, is rejected by its full key.</summary>
internal sealed class FlavorReader(Settings settings)
{
    private const string SectionName = "Flavors";

    private static readonly string[] s_members =
    [
        nameof(Flavor.PromptTemplate), nameof(Flavor.Model), nameof(Flavor.ReferenceModel), nameof(GenerationParameters.AspectRatio),
        nameof(GenerationParameters.OutputFormat), nameof(GenerationParameters.NegativePrompt), nameof(GenerationParameters.SafetyFilterLevel),
        nameof(GenerationParameters.PersonGeneration),
    ];

    public IReadOnlyDictionary<string, Flavor> Read()
    {
        var flavors = settings.Section(SectionName).GetChildren().Select(ReadOne).ToDictionary(flavor => flavor.Name, StringComparer.Ordinal);
        if (!flavors.ContainsKey(Flavor.DefaultName))
        {
            settings.Reject($"{SectionName}:{Flavor.DefaultName} is missing; it is the flavor of requests that name none.");
        }

        return flavors;
    }

    private Flavor ReadOne(IConfigurationSection section)
    {
        foreach (var unknown in section.GetChildren().Where(member => !s_members.Contains(member.Key, StringComparer.OrdinalIgnoreCase)))
        {
            settings.Reject($"{unknown.Path} is not a member of a flavor; known: {string.Join(", ", s_members)}.");
        }

        return new Flavor
        {
            Name = section.Key.ToLowerInvariant(),
            PromptTemplate = Member(section, nameof(Flavor.PromptTemplate), $"text with {Flavor.DescriptionPlaceholder} in it",
                text => text.Contains(Flavor.DescriptionPlaceholder, StringComparison.Ordinal) ? text : null, isRequired: true)
                    ?? Flavor.DescriptionPlaceholder,
            Model = Member(section, nameof(Flavor.Model), ModelName.Rule, ModelName.Parse),
            ReferenceModel = Member(section, nameof(Flavor.ReferenceModel), ModelName.Rule, ModelName.Parse),
            Defaults = new GenerationParameters
            {
                AspectRatio = Member(section, nameof(GenerationParameters.AspectRatio), AspectRatio.Rule,
                    text => AspectRatio.TryParse(text, out _) ? text : null) is { } ratio && AspectRatio.TryParse(ratio, out var parsed) ? parsed : null,
                OutputFormat = Member(section, nameof(GenerationParameters.OutputFormat), OneOf(ImageFormat.All.Select(format => format.Extension)),
                    ImageFormat.FromExtension),
                NegativePrompt = Member(section, nameof(GenerationParameters.NegativePrompt), "text", text => text),
                SafetyFilterLevel = Member(section, nameof(GenerationParameters.SafetyFilterLevel), OneOf(SafetyFilterLevels.All),
                    text => SafetyFilterLevels.All.Contains(text) ? text : null),
                PersonGeneration = Member(section, nameof(GenerationParameters.PersonGeneration), OneOf(PersonGenerations.All),
                    text => PersonGenerations.All.Contains(text) ? text : null),
            },
        };
    }

    private T? Member<T>(IConfigurationSection section, string name, string allowed, Func<string, T?> parse, bool isRequired = false)
        where T : class
    {
        var text = section[name]?.Trim();
        if (string.IsNullOrEmpty(text) && !isRequired)
        {
            return null;
        }

        var value = string.IsNullOrEmpty(text) ? null : parse(text);
        if (value is null)
        {
            settings.Reject($"{section.Path}:{name} is \"{text}\"; allowed: {allowed}.");
        }

        return value;
    }

    private static string OneOf(IEnumerable<string> words) => string.Join(", ", words);
}
