using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Bounds of a list of jobs.</summary>
internal sealed class ListJobsRequestValidator : AbstractValidator<ListJobsRequest>
{
    public ListJobsRequestValidator()
    {
        RuleFor(request => request.Limit)
            .InclusiveBetween(1, ListJobsRequest.MaxLimit)
            .WithMessage($"{{PropertyName}} must be a whole number from 1 to {ListJobsRequest.MaxLimit}.");
        RuleFor(request => request.Query)
            .MaximumLength(ListJobsRequest.MaxQueryLength)
            .WithMessage($"{{PropertyName}} must have at most {ListJobsRequest.MaxQueryLength} characters.");
        RuleFor(request => request.Cursor)
            .Must(text => text is null || JobId.TryParse(text, out _))
            .WithMessage("{PropertyName} must be the next_cursor of an earlier page.");
    }
}
