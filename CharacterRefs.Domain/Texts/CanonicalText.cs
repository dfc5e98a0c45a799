using System.Globalization;
using System.Text;

namespace CharacterRefs.Domain.Texts;

/// <summary>
/// The normalization forms C and D of Unicode (UAX 15), so that texts which look the same compare as equal. The runtime's own need ICU, which this program runs
/// without (<c>InvariantGlobalization</c>); there they return the text as it is.
/// </summary>
public static class CanonicalText
{
    // Below this character every text is in form C.
    private const char FirstCombining = '\u0300';

    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static CanonicalForms Forms => CanonicalForms.Table.Value;

    /// <summary>Form C: composed characters where Unicode has them. Unpaired surrogates become U+FFFD.</summary>
    public static string Compose(string text) =>
        text.AsSpan().IndexOfAnyInRange(FirstCombining, char.MaxValue) < 0 ? text : ToText(Compose(DecomposeToCodes(text)));

    /// <summary>Form D: base characters, each followed by its combining characters in canonical order. Unpaired surrogates become U+FFFD.</summary>
    public static string Decompose(string text) => ToText(DecomposeToCodes(text));

    /// <summary>Whether nothing of the text is visible: it has only white space and characters that are ignored in display, such as U+200B.</summary>
    public static bool IsBlank(string text) => text.EnumerateRunes().All(rune => Rune.IsWhiteSpace(rune) || IsIgnorable(rune));

    // Format characters, and those of other categories with the property Default_Ignorable_Code_Point or an empty glyph.
    private static bool IsIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
            or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);

    private static string ToText(List<int> codes)
    {
        var text = new StringBuilder(codes.Count);
        foreach (var code in codes)
        {
            text.Append(new Rune(code));
        }

        return text.ToString();
    }

    private static List<int> DecomposeToCodes(string text)
    {
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, codes);
        }

        SortCombining(codes);
        return codes;
    }

    private static void Decompose(int code, List<int> codes)
    {
        var syllable = code - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            codes.AddRange([LeadBase + (syllable / (Vowels * Trails)), VowelBase + (syllable / Trails % Vowels)]);
            if (syllable % Trails > 0)
            {
                codes.Add(TrailBase + (syllable % Trails));
            }
        }
        else if (Forms.Decompose(code) is { } parts)
        {
            foreach (var part in parts)
            {
                Decompose(part, codes);
            }
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Sorts each run of combining characters by class; characters of one class keep their order.</summary>
    private static void SortCombining(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && Forms.ClassOf(codes[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = codes.GetRange(start, end - start).OrderBy(Forms.ClassOf).ToList();
                for (var i = 0; i < sorted.Count; i++)
                {
                    codes[start + i] = sorted[i];
                }
            }

            start = Math.Max(start, end);
        }
    }

    private static List<int> Compose(List<int> codes)
    {
        var composed = new List<int>(codes.Count);
        var (starter, lastClass) = (-1, 0);
        foreach (var code in codes)
        {
            var combining = Forms.ClassOf(code);

            // A character is blocked by one of its own or a higher class between it and its starter.
            var isBlocked = starter < composed.Count - 1 && lastClass >= combining;
            if (starter >= 0 && !isBlocked && Compose(composed[starter], code) is { } composite)
            {
                composed[starter] = composite;
                continue;
            }

            if (combining == 0)
            {
                starter = composed.Count;
            }

            lastClass = combining;
            composed.Add(code);
        }

        return composed;
    }

    private static int? Compose(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
        {
            return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Trails);
        }

        var isOpenSyllable = first - HangulBase is >= 0 and < Leads * Vowels * Trails && (first - HangulBase) % Trails == 0;
        return isOpenSyllable && second - TrailBase is > 0 and < Trails ? first + second - TrailBase : Forms.Compose(first, second);
    }
}
