using System.Text.RegularExpressions;

namespace CharacterRefs.Api.Page;

/// <summary>
/// Takes comments and indentation out of the page's own modules and style sheets: they are for readers of the source, and a tenth of the transfer.
/// </summary>
internal static partial class PageText
{
    /// <summary>
    /// A module without comments, indentation and the spaces of its imports; its lines stay lines. A comment behind code stays if it has quotes, because it
    /// may be part of a text.
    /// </summary>
    public static byte[] CompactModule(byte[] content)
    {
        var text = string.Join('\n', Lines(content).Select(line => CommentAtEnd().Replace(line, "")));
        return Encoding.UTF8.GetBytes(ImportSeparators().Replace(text, "$1"));
    }

    /// <summary>A style sheet without comments, and without the spaces and line breaks that separate nothing.</summary>
    public static byte[] CompactStyle(byte[] content)
    {
        var text = string.Join('\n', Lines(content));
        return Encoding.UTF8.GetBytes(Separators().Replace(text, "$1$2").Replace(";}", "}", StringComparison.Ordinal).Replace('\n', ' '));
    }

    private static IEnumerable<string> Lines(byte[] content) =>
        Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !IsComment(line));

    private static bool IsComment(string line) =>
        line.StartsWith("//", StringComparison.Ordinal)
        || line.StartsWith("* ", StringComparison.Ordinal)
        || line is "/**" or "*/"
        || (line.StartsWith("/*", StringComparison.Ordinal) && line.EndsWith("*/", StringComparison.Ordinal));

    [GeneratedRegex("\\s+// [^'\"`]*$")]
    private static partial Regex CommentAtEnd();

    [GeneratedRegex(@"(?<=^import\b[^'\n]*)\s*([{},])\s*", RegexOptions.Multiline)]
    private static partial Regex ImportSeparators();

    // A space before a colon separates: it begins a selector.
    [GeneratedRegex(@"/\*.*?\*/\s*|\s*([{};,])\s*|(:)\s+")]
    private static partial Regex Separators();
}
