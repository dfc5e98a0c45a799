using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a request to restore a workspace.</summary>
internal sealed class DownloadJobAssetsRequestValidator : AbstractValidator<DownloadJobAssetsRequest>
{
    public DownloadJobAssetsRequestValidator() => RuleFor(request => request.LocalBasePath).MustBeABasePath();
}
