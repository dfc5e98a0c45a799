using CharacterRefs.Api.Contracts;
using FluentValidation;

namespace CharacterRefs.Api.Validation;

/// <summary>Rules of a persist request.</summary>
internal sealed class PersistCharacterReferenceRequestValidator : AbstractValidator<PersistCharacterReferenceRequest>
{
    public PersistCharacterReferenceRequestValidator() => RuleFor(request => request.JobId).MustBeAJobId();
}
