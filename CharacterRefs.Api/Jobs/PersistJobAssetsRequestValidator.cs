using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a request to persist a workspace.</summary>
internal sealed class PersistJobAssetsRequestValidator : AbstractValidator<PersistJobAssetsRequest>
{
    public PersistJobAssetsRequestValidator() => RuleFor(request => request.LocalBasePath).MustBeABasePath();
}
