using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Rules of a request to store a workspace.</summary>
internal sealed class PersistJobAssetsRequestValidator : AbstractValidator<PersistJobAssetsRequest>
{
    public PersistJobAssetsRequestValidator() => RuleFor(request => request.LocalBasePath).MustBeABasePath();
}
