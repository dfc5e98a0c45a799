using System.Globalization;

namespace CharacterRefs.Domain.Generations;

/// <summary>Width to height, such as <c>16:9</c>, as written: <c>2:2</c> and <c>1:1</c> are different texts for a model.</summary>
public readonly record struct AspectRatio
{
    /// <summary>Largest number on either side.</summary>
    public const int MaxTerm = 100;

    /// <summary>How many times one side may be longer than the other; the widest that a known model offers is 8:1.</summary>
    public const int MaxElongation = 8;

    /// <summary>The rule in words, for messages and documentation.</summary>
    public const string Rule = "W:H with whole numbers from 1 to 100, neither side more than 8 times the other, for example 1:1, 3:4 or 16:9";

    private AspectRatio(int width, int height)
    {
        Width = width;
        Height = height;
    }

    /// <summary>Left number.</summary>
    public int Width { get; }

    /// <summary>Right number.</summary>
    public int Height { get; }

    /// <summary>Reads <c>W:H</c> by <see cref="Rule"/>.</summary>
    public static bool TryParse(string? text, out AspectRatio ratio)
    {
        ratio = default;
        var parts = text?.Split(':');
        if (parts is not { Length: 2 } || !TryTerm(parts[0], out var width) || !TryTerm(parts[1], out var height)
            || width > height * MaxElongation || height > width * MaxElongation)
        {
            return false;
        }

        ratio = new AspectRatio(width, height);
        return true;
    }

    /// <summary><c>W:H</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}:{Height}");

    // Digits are checked one by one, because the parser of the base library lets a number end in NUL characters.
    private static bool TryTerm(string text, out int term) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out term) && term is >= 1 and <= MaxTerm && text[0] != '0'
        && text.All(char.IsAsciiDigit);
}
