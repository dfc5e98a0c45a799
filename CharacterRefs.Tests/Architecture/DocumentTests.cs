using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>Checks what a machine can check of the documents: no gaps, and every file, type and snippet in them exists.</summary>
[Category("Unit")]
internal sealed partial class DocumentTests
{
    /// <summary>Names of other programs and of project files.</summary>
    private static readonly string[] s_foreignNames = ["InternalsVisibleTo", "ReadWriteOnce", "VmHWM"];

    /// <summary>Quotes of the SDK, of NSubstitute and of curl, and a header.</summary>
    private static readonly string[] s_foreignQuotes = ["MSB1003", "compatible .NET SDK", "Can not create proxy", "curl:", "X-Served-From:"];

    private static readonly Lazy<HashSet<string>> s_identifiers = new(() => [.. SourceTree.Projects
        .SelectMany(SourceTree.SourcesOf)
        .Where(path => !path.EndsWith("/DocumentTests.cs", StringComparison.Ordinal))
        .SelectMany(path => Identifier().Matches(Comment().Replace(SourceTree.Read(path), "")).Select(match => match.Value))]);

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(SourceTree.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Join(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/'));

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenRead_HasNothingLeftToFillIn(string path) =>
        Assert.That(SourceTree.Read(path), Does.Not.Match("@@|TODO|FIXME|XXX"));

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenItLinksToAFile_TheFileExists(string path)
    {
        var folder = Path.GetDirectoryName(Path.Join(SourceTree.Root, path))!;

        var missing = Link().Matches(SourceTree.Read(path))
            .Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Join(folder, target.Split('#')[0])));

        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenItNamesAPathOfTheRepository_ThePathExists(string path)
    {
        var missing = RepositoryPath().Matches(SourceTree.Read(path))
            .Select(match => match.Value.TrimEnd('.', '/'))
            .Where(named => !Path.Exists(Path.Join(SourceTree.Root, named)));

        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenItNamesATypeOrMember_TheCodeHasIt(string path)
    {
        var unknown = CodeSpan().Matches(FencedBlock().Replace(SourceTree.Read(path), ""))
            .SelectMany(match => PascalName().Matches(match.Groups[1].Value).Select(name => name.Value))
            .Except(s_foreignNames)
            .Where(name => !s_identifiers.Value.Contains(name));

        Assert.That(unknown, Is.Empty);
    }

    /// <summary>Each line counts without its indentation, so that a snippet may come from inside a class.</summary>
    [Test]
    public void Testing_WhenItShowsCode_ATestFileContainsThatCode()
    {
        var tests = SourceTree.SourcesOf(SourceTree.Tests).Select(path => Flatten(SourceTree.Read(path))).ToList();

        var snippets = CSharpBlock().Matches(SourceTree.Read("docs/testing.md")).Select(match => match.Groups[1].Value).ToList();

        Assert.That(snippets, Is.Not.Empty);
        Assert.That(snippets.Where(snippet => !tests.Any(test => test.Contains(Flatten(snippet), StringComparison.Ordinal))), Is.Empty);
    }

    /// <summary>Compares the fixed parts of the quoted messages with the code; in both a value is left out.</summary>
    [Test]
    public void Troubleshooting_WhenItQuotesAMessage_TheCodeHasThatMessage()
    {
        var code = string.Join('\n', SourceTree.Production.SelectMany(SourceTree.SourcesOf).Select(SourceTree.Read))
            .Replace("\\\"", "\"", StringComparison.Ordinal);

        var quoted = FirstCell().Matches(SourceTree.Read("docs/testing.md").Split("## Troubleshooting")[1])
            .SelectMany(row => CodeSpan().Matches(row.Value).Select(match => match.Groups[1].Value))
            .Where(quote => quote.Contains(' ', StringComparison.Ordinal))
            .Where(quote => !s_foreignQuotes.Any(foreign => quote.Contains(foreign, StringComparison.Ordinal)))
            .ToList();

        Assert.That(quoted, Is.Not.Empty);
        Assert.That(quoted.Where(quote => quote.Split('…').Any(part => !code.Contains(part.Trim(), StringComparison.Ordinal))), Is.Empty);
    }

    private static string Flatten(string code) =>
        string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) + '\n';

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w./-])(?:CharacterRefs\.\w+|docs|eng|\.ci|\.github)/(?>[\w./-]+)(?![{*…])")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^\| [^|]* \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"(?<![\w""/:-])[A-Z][a-z]+[A-Z]\w*|(?<![\w""/:-])I[A-Z][a-z]\w+")]
    private static partial Regex PascalName();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Identifier();
}
