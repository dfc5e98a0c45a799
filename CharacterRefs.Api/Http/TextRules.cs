using System.Text;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using FluentValidation;

namespace CharacterRefs.Api.Http;

/// <summary>Rules of text that several requests share.</summary>
internal static class TextRules
{
    public const string PlainMessage = "{PropertyName} must not contain control characters other than line breaks and tabs.";

    /// <summary>Unicode code points after trimming: what a person, and Python's <c>len</c>, counts.</summary>
    public static int Length(string? text) => text?.Trim().EnumerateRunes().Count() ?? 0;

    public static bool IsPlain(string? text) => text is null || !text.EnumerateRunes().Any(rune => Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t'));

    /// <summary>Absent, or a legal job id.</summary>
    public static void MustBeAJobId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || JobId.TryParse(text, out _)).WithMessage($"{{PropertyName}} must be {JobId.Rule}.");

    /// <summary>From one to so many ids of images.</summary>
    public static void MustBeReferenceIds<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule, int most) => rule
        .Must(ids => ids is { Count: >= 1 } && ids.Count <= most)
        .WithMessage($"{{PropertyName}} must have 1 to {most} entries.")
        .Must(ids => ids is null || ids.All(id => CharacterReferenceId.TryParse(id, out _)))
        .WithMessage("{PropertyName} must hold UUIDs of 36 characters only.");

    /// <summary>Absent, or exactly one of these words.</summary>
    public static void MustBeOneOf<T>(this IRuleBuilder<T, string?> rule, IEnumerable<string> words)
    {
        var allowed = words.ToList();
        rule.Must(text => text is null || allowed.Contains(text)).WithMessage($"{{PropertyName}} must be one of: {string.Join(", ", allowed)}.");
    }
}
