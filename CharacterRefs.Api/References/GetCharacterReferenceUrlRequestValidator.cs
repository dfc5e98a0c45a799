using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.References;

/// <summary>Validates a request for one presigned URL.</summary>
internal sealed class GetCharacterReferenceUrlRequestValidator : AbstractValidator<GetCharacterReferenceUrlRequest>
{
    public GetCharacterReferenceUrlRequestValidator()
    {
        RuleFor(request => request.JobId).MustBeAJobId();
        RuleFor(request => request.Extension).MustBeOneOf(ImageFormat.All.Select(format => format.Extension));
    }
}
