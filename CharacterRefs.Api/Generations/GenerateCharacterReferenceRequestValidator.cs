using CharacterRefs.Api.Http;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Generators;
using FluentValidation;

namespace CharacterRefs.Api.Generations;

/// <summary>Validates a generate request as far as the request alone allows.</summary>
internal sealed class GenerateCharacterReferenceRequestValidator : AbstractValidator<GenerateCharacterReferenceRequest>
{
    public GenerateCharacterReferenceRequestValidator()
    {
        RuleFor(request => request.CharacterDescription)
            .Must(text => TextRules.Length(text) is >= 1 and <= GenerationLimits.MaxDescriptionLength)
            .WithMessage(request =>
                $"{{PropertyName}} must have 1 to {GenerationLimits.MaxDescriptionLength} characters after trimming; "
                + $"it has {TextRules.Length(request.CharacterDescription)}.")
            .Must(TextRules.IsPlain)
            .WithMessage(TextRules.PlainMessage);
        RuleFor(request => request.NegativePrompt)
            .Must(text => TextRules.Length(text) <= GenerationLimits.MaxDescriptionLength)
            .WithMessage(request =>
                $"{{PropertyName}} must have at most {GenerationLimits.MaxDescriptionLength} characters; it has {TextRules.Length(request.NegativePrompt)}.")
            .Must(TextRules.IsPlain)
            .WithMessage(TextRules.PlainMessage);
        RuleFor(request => request.NumImages)
            .InclusiveBetween(GenerationLimits.MinImages, GenerationLimits.MaxImages)
            .WithMessage($"{{PropertyName}} must be a whole number from {GenerationLimits.MinImages} to {GenerationLimits.MaxImages}.");
        RuleFor(request => request.Seed)
            .InclusiveBetween(0, GenerationLimits.MaxSeed)
            .WithMessage($"{{PropertyName}} must be a whole number from 0 to {GenerationLimits.MaxSeed}.");
        RuleFor(request => request.Seed)
            .Must((request, seed) => seed is not { } first || first + LastOffset(request) <= GenerationLimits.MaxSeed)
            .WithMessage(request => string.Create(
                CultureInfo.InvariantCulture,
                $"{{PropertyName}} + {LastOffset(request)}, the seed of the last image, must not exceed {GenerationLimits.MaxSeed}."));
        RuleFor(request => request.AspectRatio)
            .Must(text => text is null || AspectRatio.TryParse(text, out _))
            .WithMessage($"{{PropertyName}} must be {AspectRatio.Rule}.");
        RuleFor(request => request.MaxCostUsd)
            .InclusiveBetween(0, 1_000_000)
            .WithMessage("{PropertyName} must be from 0 to 1000000 USD.");
        RuleFor(request => request.OutputFormat).MustBeOneOf(ImageFormat.All.Select(format => format.Extension));
        RuleFor(request => request.SafetyFilterLevel).MustBeOneOf(SafetyFilterLevels.All);
        RuleFor(request => request.PersonGeneration).MustBeOneOf(PersonGenerations.All);
        RuleFor(request => request.Model)
            .Must(text => text is null || ModelName.Parse(text) is not null)
            .WithMessage($"{{PropertyName}} must be {ModelName.Rule}.");
        RuleFor(request => request.ReferenceImageId)
            .Must(text => text is null || CharacterReferenceId.TryParse(text, out _))
            .WithMessage("{PropertyName} must be a UUID of 36 characters.");
        RuleFor(request => request.ReferenceImageIds)
            .Must(ids => ids is not { Count: > GenerationLimits.MaxReferenceImages })
            .WithMessage(
                request => $"{{PropertyName}} must name at most {GenerationLimits.MaxReferenceImages} images; it names {request.ReferenceImageIds!.Count}.")
            .Must(ids => ids is null || ids.All(text => CharacterReferenceId.TryParse(text, out _)))
            .WithMessage("{PropertyName} must contain UUIDs of 36 characters.")
            .Must(ids => ids is null || ids.Distinct(StringComparer.OrdinalIgnoreCase).Count() == ids.Count)
            .WithMessage("{PropertyName} must not name an image twice.")
            .Must((request, ids) => ids is null || request.ReferenceImageId is null)
            .WithMessage("{PropertyName} must not be used together with reference_image_id; use one of the two.");
    }

    private static long LastOffset(GenerateCharacterReferenceRequest request) => (request.NumImages ?? GenerationLimits.DefaultImages) - 1;
}
