using System.Text.RegularExpressions;

namespace CharacterRefs.Tests.Architecture;

/// <summary>A C# file, read word by word: enough to see which names it declares and uses, without a compiler.</summary>
internal sealed partial class SourceFile
{
    private const string Modifiers = "(?:(?:public|internal|private|protected|file|static|sealed|abstract|readonly|ref|unsafe|partial) )*";

    /// <param name="path">Relative to the root of the repository.</param>
    /// <param name="text">The content of the file.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Code = Literals().Replace(text, match => match.Value.StartsWith('$') ? BlankLiteralParts(match.Value) : Blank(match.Value));
        Namespace = NamespaceLine().Match(Code) is { Success: true } match
            ? match.Groups[1].Value
            : System.IO.Path.GetDirectoryName(path)!.Replace('\\', '/').Replace('/', '.');
        Types = [.. TypeLine().Matches(Code).Select(type => type.Groups[1].Value).Concat(DelegateLine().Matches(Code).Select(type => type.Groups[1].Value))];
    }

    public string Path { get; }

    /// <summary>The text with comments and literals blanked and the lines kept. What an interpolated string computes stays.</summary>
    public string Code { get; }

    /// <summary>The declared namespace, or that of the folder for a program.</summary>
    public string Namespace { get; }

    /// <summary>Names of the types that are declared in the first column.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>What the using directives name: a namespace, or a type of an alias or of a static import.</summary>
    public IEnumerable<(string Name, int Line)> Usings => UsingLine().Matches(Code).Select(match => (match.Groups[1].Value, LineOf(match.Index)));

    /// <summary>Every capitalised name with its qualification, members of values left out.</summary>
    public IEnumerable<(string Name, int Line)> Names =>
        CapitalName().Matches(UsingLine().Replace(Code, match => Blank(match.Value))).Select(match => (match.Groups[1].Value, LineOf(match.Index)));

    private int LineOf(int index) => Code.AsSpan(0, index).Count('\n') + 1;

    private static string Blank(string text) => NotNewLine().Replace(text, " ");

    private static string BlankLiteralParts(string text) =>
        text.Contains("\"\"\"", StringComparison.Ordinal) ? Blank(text) : LiteralPart().Replace(text, part => Blank(part.Value));

    [GeneratedRegex("""""
        //[^\n]* | /\*.*?\*/
        | \$*(?<quotes>"{3,}).*?\k<quotes>
        | (?:\$@|@\$|@)"(?:[^"]|"")*"
        | \$"(?:\\.|\{\{|\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\}|[^"\\])*"
        | "(?:\\.|[^"\\\n])*"
        | '(?:\\.|[^'\\\n])+'
        """"", RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literals();

    [GeneratedRegex(@"\{\{|\}\}|(?:^|\})[^{]*|\{")]
    private static partial Regex LiteralPart();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex NotNewLine();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex($@"^{Modifiers}(?:class|struct|interface|enum|record(?: class| struct)?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex($@"^{Modifiers}delegate [^(]*?(\w+)(?:<[^>]*>)?\(", RegexOptions.Multiline)]
    private static partial Regex DelegateLine();

    [GeneratedRegex(@"(?<![\w.@])(?:global::)?([A-Z]\w*(?:\.[A-Z]\w*)*)")]
    private static partial Regex CapitalName();
}
