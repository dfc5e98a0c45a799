using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a request to repair a set.</summary>
internal sealed class RepairJobAssetsRequestValidator : AbstractValidator<RepairJobAssetsRequest>
{
    public RepairJobAssetsRequestValidator() => RuleFor(request => request.LocalBasePath).MustBeABasePath();
}
