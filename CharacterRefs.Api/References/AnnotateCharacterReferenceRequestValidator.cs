using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates a request to annotate an image.</summary>
internal sealed class AnnotateCharacterReferenceRequestValidator : AbstractValidator<AnnotateCharacterReferenceRequest>
{
    public AnnotateCharacterReferenceRequestValidator()
    {
        RuleFor(request => request.Rating)
            .InclusiveBetween(0, ReferenceAnnotation.MaxRating)
            .WithMessage($"{{PropertyName}} must be a whole number from 0 to {ReferenceAnnotation.MaxRating}.");
        RuleFor(request => request.Tags)
            .Must(tags => tags is not { Count: > ReferenceAnnotation.MaxTags })
            .WithMessage(request => $"{{PropertyName}} must have at most {ReferenceAnnotation.MaxTags} entries; it has {request.Tags!.Count}.")
            .Must(tags => tags is null || tags.All(TextRules.IsTag))
            .WithMessage($"Each entry of {TextRules.TagMessage}");
        RuleFor(request => request.Note)
            .Must(text => TextRules.Length(text) <= ReferenceAnnotation.MaxNoteLength)
            .WithMessage(request =>
                $"{{PropertyName}} must have at most {ReferenceAnnotation.MaxNoteLength} characters; it has {TextRules.Length(request.Note)}.")
            .Must(TextRules.IsPlain)
            .WithMessage(TextRules.PlainMessage);
    }
}
