namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>
/// Text broken into lines for a box, in the largest size that fits; SVG wraps nothing by itself. Widths are estimated without a font, so that the result
/// does not depend on which fonts a machine has.
/// </summary>
internal sealed record WrappedText(IReadOnlyList<string> Lines, int FontSize)
{
    public const double LineHeight = 1.35;

    private const int LargestFont = 34;
    private const int SmallestFont = 14;
    private const int FontStep = 4;

    /// <summary>Fits the text; what does not fit in the smallest size ends in an ellipsis.</summary>
    public static WrappedText Fit(string text, int width, int height)
    {
        for (var size = LargestFont; ; size -= FontStep)
        {
            var room = Math.Max(1, (int)(height / (size * LineHeight)));
            var lines = Wrap(text, width / (double)size);
            if (lines.Count <= room)
            {
                return new WrappedText(lines, size);
            }

            if (size <= SmallestFont)
            {
                lines.RemoveRange(room, lines.Count - room);
                lines[^1] = lines[^1].Length > 1 ? TrimLast(lines[^1]) + "…" : "…";
                return new WrappedText(lines, size);
            }
        }
    }

    private static List<string> Wrap(string text, double ems)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0d;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0)
            {
                if (used + 0.3 + word.EnumerateRunes().Sum(Ems) > ems)
                {
                    Break();
                }
                else
                {
                    line.Append(' ');
                    used += 0.3;
                }
            }

            // Text elements, not characters: an emoji or a letter with its accents is not torn apart.
            for (var elements = StringInfo.GetTextElementEnumerator(word); elements.MoveNext();)
            {
                var element = elements.GetTextElement();
                var width = element.EnumerateRunes().Max(Ems);
                if (line.Length > 0 && used + width > ems)
                {
                    Break();
                }

                line.Append(element);
                used += width;
            }
        }

        if (line.Length > 0)
        {
            Break();
        }

        return lines;

        void Break()
        {
            lines.Add(line.ToString());
            line.Clear();
            used = 0;
        }
    }

    private static string TrimLast(string line)
    {
        var starts = StringInfo.ParseCombiningCharacters(line);
        return line[..starts[^1]].TrimEnd();
    }

    // Rough widths of a sans-serif, on the generous side; from U+1100 on most scripts are set in squares.
    private static double Ems(Rune rune) => rune.Value switch
    {
        >= 0x1100 => 1.05,
        _ when Rune.IsUpper(rune) => 0.74,
        _ when Rune.IsLetterOrDigit(rune) => 0.58,
        _ => 0.5,
    };
}
