using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validation rules for workspace paths. The workspaces check that the directory is inside <c>JOBS_ROOT</c>.</summary>
internal static class WorkspaceRules
{
    private const int MaxPathLength = 4096;

    /// <summary>The path is absent or has a legal length.</summary>
    public static void MustBeABasePath<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(path => path is null or { Length: > 0 and <= MaxPathLength }).WithMessage($"{{PropertyName}} must have 1 to {MaxPathLength} characters.");
}
