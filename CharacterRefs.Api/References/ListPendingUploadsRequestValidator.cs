using CharacterRefs.Application.References.ListPendingUploads;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Bounds of a list of pending uploads.</summary>
internal sealed class ListPendingUploadsRequestValidator : AbstractValidator<ListPendingUploadsRequest>
{
    public ListPendingUploadsRequestValidator() => RuleFor(request => request.Limit)
        .InclusiveBetween(1, ListPendingUploadsHandler.MaxLimit)
        .WithMessage($"{{PropertyName}} must be a whole number from 1 to {ListPendingUploadsHandler.MaxLimit}.");
}
