using CharacterRefs.Api.Contracts;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Domain.References;
using FluentValidation;

namespace CharacterRefs.Api.Validation;

/// <summary>Rules of a request for many addresses.</summary>
internal sealed class CharacterReferenceUrlsRequestValidator : AbstractValidator<CharacterReferenceUrlsRequest>
{
    public CharacterReferenceUrlsRequestValidator()
    {
        RuleFor(request => request.JobId).MustBeAJobId();
        RuleFor(request => request.ImageIds)
            .Must(ids => ids is { Count: >= 1 and <= PresignReferencesQuery.MaxIds })
            .WithMessage($"{{PropertyName}} must have 1 to {PresignReferencesQuery.MaxIds} entries.")
            .Must(ids => ids is null || ids.All(id => CharacterReferenceId.TryParse(id, out _)))
            .WithMessage("{PropertyName} must hold UUIDs of 36 characters only.");
    }
}
