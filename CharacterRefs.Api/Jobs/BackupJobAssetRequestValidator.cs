using CharacterRefs.Api.Http;
using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a request to create a version.</summary>
internal sealed class BackupJobAssetRequestValidator : AbstractValidator<BackupJobAssetRequest>
{
    public BackupJobAssetRequestValidator()
    {
        var rule = $"{{PropertyName}} must be one of: {string.Join(", ", BackupJobAssetRequest.AssetTypes)}.";
        RuleFor(request => request.AssetType).NotNull().WithMessage(rule).MustBeOneOf(BackupJobAssetRequest.AssetTypes);
        RuleFor(request => request.AssetName)
            .Must((request, _) => request.ToPath() is not null)
            .When(request => request.AssetType is { } type && BackupJobAssetRequest.AssetTypes.Contains(type))
            .WithMessage(request => JobAssetPath.Folders.Contains(request.AssetType!)
                ? $"asset_name must be the path of a file inside {request.AssetType}/, at most {JobAssetPath.MaxBytes} bytes of UTF-8 with it."
                : $"asset_name must be absent or {request.AssetType}.json, the only file of this asset_type.");
    }
}
