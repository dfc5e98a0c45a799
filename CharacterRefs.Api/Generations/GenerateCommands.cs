using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.Generations;

/// <summary>A validated generate request as a command.</summary>
internal static class GenerateCommands
{
    public static GenerateReferencesCommand From(GenerateCharacterReferenceRequest request) => new()
    {
        Description = request.CharacterDescription!.Trim(),
        NumImages = request.NumImages ?? GenerationLimits.DefaultImages,
        Seed = request.Seed,
        Parameters = new GenerationParameters
        {
            AspectRatio = AspectRatio.TryParse(request.AspectRatio, out var ratio) ? ratio : null,
            OutputFormat = ImageFormat.FromExtension(request.OutputFormat),
            NegativePrompt = request.NegativePrompt?.Trim() is { Length: > 0 } negative ? negative : null,
            SafetyFilterLevel = request.SafetyFilterLevel,
            PersonGeneration = request.PersonGeneration,
        },
        Flavor = request.ConfigFlavor,
        Model = request.Model,
        ReferenceImageId = CharacterReferenceId.TryParse(request.ReferenceImageId, out var id) ? id : null,
    };
}
