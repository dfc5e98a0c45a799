using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.Generations;

/// <summary>Bounds of a list of generations.</summary>
internal sealed class ListGenerationsRequestValidator : AbstractValidator<ListGenerationsRequest>
{
    public ListGenerationsRequestValidator()
    {
        RuleFor(request => request.Limit)
            .InclusiveBetween(1, ListGenerationsRequest.MaxLimit)
            .WithMessage($"{{PropertyName}} must be a whole number from 1 to {ListGenerationsRequest.MaxLimit}.");
        RuleFor(request => request.Cursor)
            .Must(text => text is null || GenerationId.TryParse(text, out _))
            .WithMessage("{PropertyName} must be the next_cursor of an earlier page.");
        RuleFor(request => request.Status).MustBeOneOf(Enum.GetNames<GenerationStatus>().Select(JsonFields.NameOf));
    }
}
