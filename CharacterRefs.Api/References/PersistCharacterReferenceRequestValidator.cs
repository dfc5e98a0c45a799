using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Rules of a persist request.</summary>
internal sealed class PersistCharacterReferenceRequestValidator : AbstractValidator<PersistCharacterReferenceRequest>
{
    public PersistCharacterReferenceRequestValidator() => RuleFor(request => request.JobId).MustBeAJobId();
}
