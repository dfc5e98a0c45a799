using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates the query of an upload.</summary>
internal sealed class UploadCharacterReferenceRequestValidator : AbstractValidator<UploadCharacterReferenceRequest>
{
    public UploadCharacterReferenceRequestValidator() =>
        RuleFor(request => request.OnDuplicate).MustBeOneOf([UploadCharacterReferenceRequest.Keep, UploadCharacterReferenceRequest.Reuse]);
}
