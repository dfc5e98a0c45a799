using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Rules of texts that name a workspace. Whether the directory lies in <c>JOBS_ROOT</c> is for the workspaces to say.</summary>
internal static class WorkspaceRules
{
    private const int MaxPathLength = 4096;

    /// <summary>Absent, or not absurd.</summary>
    public static void MustBeABasePath<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(path => path is null or { Length: > 0 and <= MaxPathLength }).WithMessage($"{{PropertyName}} must have 1 to {MaxPathLength} characters.");
}
