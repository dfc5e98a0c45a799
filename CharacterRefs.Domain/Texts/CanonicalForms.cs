using System.Globalization;

namespace CharacterRefs.Domain.Texts;

/// <summary>The table in <c>canonical-forms.tsv</c>, which <c>eng/canonical-forms</c> writes from the Unicode character database.</summary>
internal sealed class CanonicalForms
{
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _composites = [];
    private readonly Dictionary<int, int> _classes = [];

    private CanonicalForms()
    {
        using var content = typeof(CanonicalForms).Assembly.GetManifestResourceStream("canonical-forms")!;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            if (fields[^1].StartsWith('#'))
            {
                AddClasses(ToCode(fields[0]), ToCode(fields[1]), int.Parse(fields[2].AsSpan(1), CultureInfo.InvariantCulture));
                continue;
            }

            var (code, parts) = (ToCode(fields[0]), fields[1].Split(' ').Select(ToCode).ToArray());
            _decompositions.Add(code, parts);
            if (fields.Length == 2 && parts is [var first, var second])
            {
                _composites.Add((first, second), code);
            }
        }
    }

    /// <summary>Read at the first use.</summary>
    public static Lazy<CanonicalForms> Table { get; } = new(() => new CanonicalForms());

    /// <summary>One step of the decomposition; <c>null</c> when the character has none.</summary>
    public int[]? Decompose(int code) => _decompositions.GetValueOrDefault(code);

    /// <summary>The composition of two characters; <c>null</c> when they have none.</summary>
    public int? Compose(int first, int second) => _composites.TryGetValue((first, second), out var composite) ? composite : null;

    /// <summary>The combining class: 0 for a character that others combine with.</summary>
    public int ClassOf(int code) => _classes.GetValueOrDefault(code);

    private static int ToCode(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void AddClasses(int first, int last, int combining)
    {
        for (var code = first; code <= last; code++)
        {
            _classes.Add(code, combining);
        }
    }
}
