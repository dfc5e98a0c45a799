using CharacterRefs.Api.Http;
using CharacterRefs.Domain.Jobs;
using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Rules of a request for a version.</summary>
internal sealed class BackupJobAssetRequestValidator : AbstractValidator<BackupJobAssetRequest>
{
    public BackupJobAssetRequestValidator()
    {
        var rule = $"{{PropertyName}} must be one of: {string.Join(", ", JobAssetPaths.Types)}.";
        RuleFor(request => request.AssetType).NotNull().WithMessage(rule).MustBeOneOf(JobAssetPaths.Types);
        RuleFor(request => request.AssetName)
            .Must((request, _) => JobAssetPaths.Of(request) is not null)
            .When(request => request.AssetType is { } type && JobAssetPaths.Types.Contains(type))
            .WithMessage(request => JobAssetPath.Folders.Contains(request.AssetType!)
                ? $"asset_name must be the path of a file inside {request.AssetType}/, at most {JobAssetPath.MaxBytes} bytes of UTF-8 with it."
                : $"asset_name must be absent, or the name of the file that asset_type says.");
    }
}
