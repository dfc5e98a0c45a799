using CharacterRefs.Application.Jobs.Uploads;
using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates a list of files to upload.</summary>
internal sealed class JobUploadsRequestValidator : AbstractValidator<JobUploadsRequest>
{
    public JobUploadsRequestValidator()
    {
        RuleFor(request => request.Files)
            .Cascade(CascadeMode.Stop)
            .Must(files => files?.Count is >= 1 and <= JobUpload.MaxFiles)
            .WithMessage($"{{PropertyName}} must have 1 to {JobUpload.MaxFiles} files.")
            .Must(files => FindClash(files!) is null)
            .WithMessage(request => $"{{PropertyName}} must have each path once, and no file inside another: {FindClash(request.Files!)}.");
        RuleForEach(request => request.Files).NotNull().WithMessage("Each entry of {PropertyName} must be an object.").ChildRules(file =>
        {
            file.RuleFor(item => item!.Path)
                .Must(path => JobAssetPath.TryParse(path, out _))
                .WithMessage(item => JobAssetPath.FindFault(item!.Path ?? "") ?? $"A file must be in {string.Join("/, ", JobAssetPath.Folders)}/.");
            file.RuleFor(item => item!.Size)
                .Must(size => size is >= 0 and <= JobUpload.MaxBytes)
                .WithMessage($"{{PropertyName}} must be 0 to {JobUpload.MaxBytes} bytes.");
            file.RuleFor(item => item!.Sha256)
                .Must(hash => ContentHash.TryParse(hash, out _))
                .WithMessage("{PropertyName} must be a SHA-256 of 64 hexadecimal digits.");
        });
    }

    /// <returns>A path that occurs twice, or that is the folder of another one; <c>null</c> without one.</returns>
    private static string? FindClash(IReadOnlyList<JobUploadFile?> files)
    {
        var paths = files.Select(file => file?.Path ?? "").Order(StringComparer.Ordinal).ToList();
        var all = paths.ToHashSet();
        return paths.Zip(paths.Skip(1)).FirstOrDefault(pair => pair.First == pair.Second).First
            ?? paths.FirstOrDefault(path => ParentsOf(path).Any(all.Contains));
    }

    private static IEnumerable<string> ParentsOf(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }
}
