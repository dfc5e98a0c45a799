using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>What can be checked of documents by machine: nothing left to fill in, and every file that they point to exists.</summary>
[Category("Unit")]
internal sealed partial class DocumentTests
{
    private static IEnumerable<string> Documents() =>
        new[] { "README.md" }.Concat(Directory.EnumerateFiles(RepositoryFiles.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path)));

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenRead_HasNothingLeftToFillIn(string path) =>
        Assert.That(File.ReadAllText(RepositoryFiles.PathOf(path)), Does.Not.Match("@@|TODO|FIXME|XXX"));

    [TestCaseSource(nameof(Documents))]
    public void Document_WhenItPointsToAFile_TheFileIsThere(string path)
    {
        var folder = Path.GetDirectoryName(RepositoryFiles.PathOf(path))!;

        var missing = Link().Matches(File.ReadAllText(RepositoryFiles.PathOf(path)))
            .Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target.Split('#')[0])))
            .ToList();

        Assert.That(missing, Is.Empty);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
