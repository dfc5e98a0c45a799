using System.Globalization;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

[Category("Unit")]
internal sealed partial class LayoutTests
{
    // A URL, a pattern or a line of JSON that is longer offers no place to break.
    private const int LongestBreakableWord = 100;

    private static int Width => int.Parse(MaxLineLength().Match(SourceTree.Read(".editorconfig")).Groups[1].Value, CultureInfo.InvariantCulture);

    [Test]
    public void Lines_WhenRead_AreNoWiderThanTheEditorConfigAllows()
    {
        var wide = SourceTree.Projects.SelectMany(SourceTree.SourcesOf)
            .Where(path => !SourceTree.IsMigration(path))
            .SelectMany(path => SourceTree.Read(path).Split('\n').Select((line, i) => (Place: $"{path}:{i + 1}", Line: line)))
            .Where(line => line.Line.Length > Width && line.Line.Split(' ').All(word => word.Length <= LongestBreakableWord))
            .Select(line => line.Place)
            .ToList();

        Assert.That(wide, Is.Empty);
    }

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex MaxLineLength();
}
