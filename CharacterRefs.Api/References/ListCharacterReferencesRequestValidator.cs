using CharacterRefs.Api.Http;
using CharacterRefs.Application.References.ListReferences;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates a request to list images.</summary>
internal sealed class ListCharacterReferencesRequestValidator : AbstractValidator<ListCharacterReferencesRequest>
{
    public ListCharacterReferencesRequestValidator()
    {
        RuleFor(request => request.Limit)
            .InclusiveBetween(1, ListReferencesQuery.MaxLimit)
            .WithMessage($"{{PropertyName}} must be a whole number from 1 to {ListReferencesQuery.MaxLimit}.");
        RuleFor(request => request.Query)
            .Must(text => TextRules.Length(text) <= ListReferencesQuery.MaxQueryLength)
            .WithMessage($"{{PropertyName}} must have at most {ListReferencesQuery.MaxQueryLength} characters.");
        RuleFor(request => request.Cursor)
            .Must(text => text is null || ReferenceCursorText.Read(text) is not null)
            .WithMessage("{PropertyName} must be the next_cursor of an earlier page.");
        RuleFor(request => request.JobId).MustBeAJobId();
        RuleFor(request => request.Tag).Must(text => text is null || TextRules.IsTag(text)).WithMessage(TextRules.TagMessage);
        RuleFor(request => request.MinRating)
            .InclusiveBetween(0, ReferenceAnnotation.MaxRating)
            .WithMessage($"{{PropertyName}} must be a whole number from 0 to {ReferenceAnnotation.MaxRating}.");
        RuleFor(request => request.Origin).MustBeOneOf(Enum.GetNames<ReferenceOrigin>().Select(JsonFields.NameOf));
    }
}
