using System.Collections.Frozen;
using CharacterRefs.Domain.Texts;

namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>
/// The text by which an image is found, and the same for what is looked for. One key contains another exactly when the texts do, ignoring case and the form of
/// accents. Keys consist of ASCII letters and digits only, because pg_trgm indexes nothing else in every locale, and so no character is special in a pattern.
/// </summary>
/// <remarks>
/// Lower-case letters and digits are kept. Any other character is a code of upper-case letters whose first one, of A to M, encodes its length, and
/// whose others are of N to Z. So a code is found neither within another nor across two.
/// </remarks>
internal static class SearchKey
{
    /// <summary>The shortest key that the indexes find: they consist of three characters in sequence.</summary>
    public const int ShortestIndexed = 3;

    private const int Base = 13;

    // Numbers of the ASCII characters that are not kept.
    private static readonly FrozenDictionary<int, int> s_others = Enumerable.Range(0, 0x80)
        .Where(code => !char.IsAsciiLetterLower((char)code) && !char.IsAsciiDigit((char)code))
        .Select((code, index) => (code, index))
        .ToFrozenDictionary(pair => pair.code, pair => pair.index);

    /// <summary>Key of an image.</summary>
    /// <param name="description">What it was generated from; <c>null</c> for other images.</param>
    /// <param name="note">Its note; <c>null</c> without one.</param>
    public static string Of(string? description, IEnumerable<string> tags, string? note) =>
        Of(string.Join('\n', tags.Prepend(description).Append(note).Where(part => !string.IsNullOrEmpty(part))));

    /// <summary>Key of a text.</summary>
    public static string Of(string text)
    {
        var key = new StringBuilder(text.Length + (text.Length / 4));
        foreach (var rune in CanonicalText.Compose(text).ToLowerInvariant().EnumerateRunes())
        {
            Append(key, rune.Value);
        }

        return key.ToString();
    }

    /// <summary>The runs of three characters in a key, each once, at most <paramref name="most"/>, from its whole length.</summary>
    public static IReadOnlyList<string> Trigrams(string key, int most)
    {
        var all = Enumerable.Range(0, Math.Max(0, key.Length - ShortestIndexed + 1)).Select(i => key.Substring(i, ShortestIndexed)).Distinct().ToList();
        return all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];
    }

    private static void Append(StringBuilder key, int code)
    {
        switch (code)
        {
            case (>= 'a' and <= 'z') or (>= '0' and <= '9'):
                key.Append((char)code);
                break;
            case < 0x80: // 8 * 13 codes, of which 128 - 36 are used
                AppendCode(key, 'A', s_others[code], digits: 1);
                break;
            case < 0x10000: // 3 * 13^4
                AppendCode(key, 'I', code, digits: 4);
                break;
            default: // 2 * 13^6
                AppendCode(key, 'L', code, digits: 6);
                break;
        }
    }

    private static void AppendCode(StringBuilder key, char first, int value, int digits)
    {
        var scale = (int)Math.Pow(Base, digits);
        key.Append((char)(first + (value / scale)));
        for (var rest = value % scale; scale > 1; rest %= scale)
        {
            scale /= Base;
            key.Append((char)('N' + (rest / scale)));
        }
    }
}
