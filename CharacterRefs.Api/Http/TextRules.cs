using CharacterRefs.Domain.Texts;
using FluentValidation;

namespace CharacterRefs.Api.Http;

/// <summary>Validation rules shared by several requests.</summary>
internal static class TextRules
{
    public const string PlainMessage = "{PropertyName} must not contain control characters other than line breaks and tabs.";

    public static readonly string TagMessage = $"{{PropertyName}} must have 1 to {ReferenceAnnotation.MaxTagLength} characters, without control characters.";

    /// <summary>The number of Unicode code points of the <see cref="Normalized"/> text, as Python's <c>len</c> counts.</summary>
    public static int Length(string? text) => Normalized(text)?.EnumerateRunes().Count() ?? 0;

    /// <summary>The text in Unicode's form C without surrounding white space; <c>null</c> when nothing of it is visible.</summary>
    public static string? Normalized(string? text) => text is null || CanonicalText.IsBlank(text) ? null : CanonicalText.Compose(text.Trim());

    public static bool IsPlain(string? text) =>
        text is null || !text.EnumerateRunes().Any(rune => Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t'));

    public static bool IsTag(string? text) => Length(text) is >= 1 and <= ReferenceAnnotation.MaxTagLength && !text!.EnumerateRunes().Any(Rune.IsControl);

    /// <summary>The text is absent or a legal job id.</summary>
    public static void MustBeAJobId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || JobId.TryParse(text, out _)).WithMessage($"{{PropertyName}} must be {JobId.Rule}.");

    /// <summary>The list has 1 to <paramref name="most"/> image ids.</summary>
    public static void MustBeReferenceIds<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule, int most) => rule
        .Must(ids => ids is { Count: >= 1 } && ids.Count <= most)
        .WithMessage($"{{PropertyName}} must have 1 to {most} entries.")
        .Must(ids => ids is null || ids.All(id => CharacterReferenceId.TryParse(id, out _)))
        .WithMessage("{PropertyName} must contain only UUIDs of 36 characters.");

    /// <summary>The text is absent or one of these values.</summary>
    public static void MustBeOneOf<T>(this IRuleBuilder<T, string?> rule, IEnumerable<string> values)
    {
        var allowed = values.ToList();
        rule.Must(text => text is null || allowed.Contains(text)).WithMessage($"{{PropertyName}} must be one of: {string.Join(", ", allowed)}.");
    }
}
