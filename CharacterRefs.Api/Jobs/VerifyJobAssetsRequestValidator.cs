using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a request to verify a set.</summary>
internal sealed class VerifyJobAssetsRequestValidator : AbstractValidator<VerifyJobAssetsRequest>
{
    public VerifyJobAssetsRequestValidator() =>
        RuleFor(request => request.Depth).MustBeOneOf(Enum.GetNames<VerifyDepth>().Select(JsonFields.NameOf));
}
