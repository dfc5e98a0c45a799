using CharacterRefs.Api.Contracts;
using FluentValidation;

namespace CharacterRefs.Api.Validation;

/// <summary>Rules of a request to store a workspace. Whether the directory lies in <c>JOBS_ROOT</c> is for the workspaces to say.</summary>
internal sealed class PersistJobAssetsRequestValidator : AbstractValidator<PersistJobAssetsRequest>
{
    private const int MaxPathLength = 4096;

    public PersistJobAssetsRequestValidator() =>
        RuleFor(request => request.LocalBasePath)
            .Must(path => path is null or { Length: > 0 and <= MaxPathLength })
            .WithMessage($"{{PropertyName}} must have 1 to {MaxPathLength} characters.");
}
