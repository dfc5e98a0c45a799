using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates a request to persist an image.</summary>
internal sealed class PersistCharacterReferenceRequestValidator : AbstractValidator<PersistCharacterReferenceRequest>
{
    public PersistCharacterReferenceRequestValidator() => RuleFor(request => request.JobId).MustBeAJobId();
}
