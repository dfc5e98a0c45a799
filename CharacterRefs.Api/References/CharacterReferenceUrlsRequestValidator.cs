using CharacterRefs.Api.Http;
using CharacterRefs.Application.References.PresignReference;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates a request for presigned URLs.</summary>
internal sealed class CharacterReferenceUrlsRequestValidator : AbstractValidator<CharacterReferenceUrlsRequest>
{
    public CharacterReferenceUrlsRequestValidator()
    {
        RuleFor(request => request.JobId).MustBeAJobId();
        RuleFor(request => request.ImageIds).MustBeReferenceIds(PresignReferencesQuery.MaxIds);
    }
}
