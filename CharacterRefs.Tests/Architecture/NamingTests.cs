using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

[Category("Unit")]
internal sealed partial class NamingTests
{
    private static readonly string[] s_vagueSuffixes = ["Service", "Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Processor", "Impl"];
    private static readonly string[] s_vagueFolders = ["Services", "Helpers", "Models", "Common", "Util", "Utils"];

    // What docs/language.md has terms for, as far as it has no other meaning in a name.
    private static readonly string[] s_wordsOutsideTheGlossary =
    [
        "Answer", "Answered", "Answering", "Answers", "Ask", "Asked", "Asking", "Asks", "Draw", "Drawing", "Drawn", "Draws", "Force", "Lies", "Patience",
        "Refusal", "Refusals", "Refuse", "Refused", "Refuses", "Refusing", "Repeat", "Repeated", "Repeats", "Stand", "Standing", "Stands", "Story", "Tell",
        "Tells", "Told", "Vain", "Wish", "Wished", "Wishes", "Words",
    ];

    private static IEnumerable<string> Sources => SourceTree.Projects.SelectMany(SourceTree.SourcesOf).Where(path => !SourceTree.IsMigration(path));

    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Projects))]
    public void Types_WhenNamed_SayWhatTheyAre(string project) =>
        Assert.That(SourceTree.TypesOf(project).Select(type => type.Name.Split('`')[0]).Where(IsVague), Is.Empty);

    [Test]
    public void Folders_WhenNamed_AreNamedForAThingAndNotForAKind() =>
        Assert.That(Sources.Where(path => path.Split('/').Intersect(s_vagueFolders, StringComparer.OrdinalIgnoreCase).Any()), Is.Empty);

    [Test]
    public void Namespaces_WhenRead_AreTheFolders() =>
        Assert.That(
            Sources.Select(path => (path, Namespace().Match(SourceTree.Read(path))))
                .Where(file => file.Item2.Success && file.Item2.Groups[1].Value != Path.GetDirectoryName(file.path)!.Replace('\\', '/').Replace('/', '.'))
                .Select(file => file.path),
            Is.Empty);

    [Test]
    public void Files_WhenRead_HaveOneTypeAndItsName() =>
        Assert.That(
            Sources.Select(path => (path, Types: TopLevelTypes(path)))
                .Where(file => file.Types.Count > 0 && !file.Types.SequenceEqual([Path.GetFileNameWithoutExtension(file.path)]))
                .Select(file => $"{file.path}: {string.Join(", ", file.Types)}"),
            Is.Empty);

    [Test]
    public void Files_WhenTheyDeclareTypes_HaveANamespace() =>
        Assert.That(Sources.Where(path => TopLevelTypes(path).Count > 0 && !Namespace().IsMatch(SourceTree.Read(path))), Is.Empty);

    [Test]
    public void Infrastructure_WhenRead_ShowsItsRegistrationOnlyAndSealsTheRest()
    {
        var types = SourceTree.TypesOf(SourceTree.Infrastructure)
            .Where(type => !type.Namespace!.EndsWith(".Migrations", StringComparison.Ordinal))
            .ToList();

        Assert.That(types.Where(type => type.IsPublic).Select(type => type.FullName), Is.EqualTo([$"{SourceTree.Infrastructure}.DependencyInjection"]));
        var bases = types.Select(type => type.BaseType).ToHashSet();
        Assert.That(types.Where(type => type is { IsAbstract: false, IsSealed: false } && !bases.Contains(type)).Select(type => type.FullName), Is.Empty);
    }

    [Test]
    public void LogMessages_WhenRead_HaveEachANumberOfItsOwn() =>
        Assert.That(
            Sources.SelectMany(path => EventId().Matches(SourceTree.Read(path)).Select(match => (path, Id: match.Groups[1].Value)))
                .GroupBy(message => message.Id)
                .Where(messages => messages.Count() > 1)
                .Select(messages => string.Join(" and ", messages)),
            Is.Empty);

    [Test]
    public void TimeProviders_WhenNamed_AreCalledClock() =>
        Assert.That(
            Sources.SelectMany(path => ClockName().Matches(SourceTree.Read(path)).Select(match => (path, Name: match.Groups[1].Value.TrimStart('s', '_'))))
                .Where(declared => !declared.Name.Equals("clock", StringComparison.OrdinalIgnoreCase))
                .Select(declared => $"{declared.path}: {declared.Name}"),
            Is.Empty);

    [Test]
    public void Tests_WhenNamed_NameMethodStateAndOutcome() =>
        Assert.That(Tests().Where(test => !TestName().IsMatch(test.Name)).Select(test => $"{test.Path}: {test.Name}"), Is.Empty);

    [Test]
    public void Tests_WhenNamed_UseTheTermsOfTheGlossary() =>
        Assert.That(
            // The page does ask its user, and link.
            Tests().Where(test => !test.Path.Contains("/Page", StringComparison.Ordinal))
                .Where(test => Word().Matches(OfConnections().Replace(test.Name, "")).Select(word => word.Value).Intersect(s_wordsOutsideTheGlossary).Any())
                .Select(test => $"{test.Path}: {test.Name}"),
            Is.Empty);

    [Test]
    public void Code_WhenItNamesAResponse_UsesTheTermOfTheGlossary() =>
        Assert.That(
            Sources.Where(path => !path.Contains("/Page", StringComparison.Ordinal))
                .Where(path => OtherResponse().IsMatch(SourceTree.Read(path))
                    && OtherResponse().IsMatch(new SourceFile(path, SourceTree.Read(path)).Code)),
            Is.Empty);

    [Test]
    public void Code_WhenItNamesARejection_UsesTheTermOfTheGlossary() =>
        Assert.That(
            Sources.Where(path => OtherRejectionIn(path) is var other && other.IsMatch(SourceTree.Read(path))
                && other.IsMatch(OfConnections().Replace(new SourceFile(path, SourceTree.Read(path)).Code, ""))),
            Is.Empty);

    /// <summary>Whoever reads one of two such names takes it for the other. An adapter may have the name of its port without the I.</summary>
    [Test]
    public void Types_WhenNamed_DifferInMoreThanOneLetter()
    {
        var names = Sources
            .SelectMany(path => TypesIn(path).Select(name => (Name: name, IsOfTests: path.StartsWith(SourceTree.Tests, StringComparison.Ordinal))))
            .DistinctBy(type => type.Name).OrderBy(type => type.Name, StringComparer.Ordinal).ToList();

        Assert.That(names, Has.Count.GreaterThan(1_000));
        Assert.That(
            names.SelectMany((type, index) => names.Skip(index + 1)
                .Where(other => DifferInOneLetter(type.Name, other.Name) && !IsAdapterOf(type, other) && !IsAdapterOf(other, type))
                .Select(other => (type.Name, other.Name))),
            Is.Empty);
    }

    [Test]
    public void Types_WhenInSeveralNamespaces_HaveNamesOfTheirOwn() =>
        Assert.That(
            Sources.SelectMany(path => TopLevelTypes(path).Select(name => (Path: path, Name: name)))
                .GroupBy(type => type.Name)
                .Where(types => types.Count() > 1)
                .Select(types => $"{types.Key}: {string.Join(" and ", types.Select(type => type.Path))}"),
            Is.Empty);

    // The list of a job's set has a member for refused files, and workspaces are listed for it.
    private static Regex OtherRejectionIn(string path) =>
        path.Contains("/Jobs/", StringComparison.Ordinal) || path.Contains("Workspace", StringComparison.Ordinal) ? OtherRejectionOfASet() : OtherRejection();

    private static List<(string Path, string Name)> Tests()
    {
        List<(string Path, string Name)> tests =
        [
            .. SourceTree.SourcesOf(SourceTree.Tests)
                .Select(path => (Path: path, Text: SourceTree.Read(path)))
                .Where(file => !file.Text.Contains("[Category(\"Benchmark\")]", StringComparison.Ordinal))
                .SelectMany(file => TestMethod().Matches(file.Text).Select(match => (file.Path, match.Groups[1].Value))),
        ];
        Assert.That(tests, Has.Count.GreaterThan(1_800));
        return tests;
    }

    private static bool DifferInOneLetter(string one, string two)
    {
        if (two.Length < one.Length)
        {
            (one, two) = (two, one);
        }

        var same = one.Zip(two).TakeWhile(pair => pair.First == pair.Second).Count();
        // A builder of test data has the name of what it builds after an A.
        return two != $"A{one}" && (two.Length - one.Length) switch
        {
            0 => one.AsSpan(same + 1).SequenceEqual(two.AsSpan(same + 1)),
            1 => one.AsSpan(same).SequenceEqual(two.AsSpan(same + 1)),
            _ => false,
        };
    }

    private static bool IsAdapterOf((string Name, bool IsOfTests) type, (string Name, bool IsOfTests) port) =>
        !type.IsOfTests && port.Name == $"I{type.Name}";

    private static bool IsVague(string name) => s_vagueSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Declarations in the first column, which is where a file-scoped namespace puts them.</summary>
    private static List<string> TopLevelTypes(string path) =>
        [.. Declaration().Matches(SourceTree.Read(path)).Where(match => match.Groups[1].Length == 0).Select(match => match.Groups[2].Value)];

    /// <summary>Those within other types too.</summary>
    private static IEnumerable<string> TypesIn(string path) => Declaration().Matches(SourceTree.Read(path)).Select(match => match.Groups[2].Value);

    /// <summary>A method with one of NUnit's or FsCheck's attributes above it.</summary>
    [GeneratedRegex(
        @"^    \[(?:Test|TestCase|TestCaseSource|Property|FsCheck\.NUnit\.Property)\b.*\n(?:    \[.*\n|        .*\n|    \].*\n)*    public .*?(\w+)\(",
        RegexOptions.Multiline)]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*_(?:When|While|With|Without|Within|After|Before|For|From|During|On|At)[A-Z][A-Za-z0-9]*_[A-Z][A-Za-z0-9]*$")]
    private static partial Regex TestName();

    [GeneratedRegex("[A-Z][a-z]*")]
    private static partial Regex Word();

    [GeneratedRegex("answer(?:s|ed|ing)?(?![a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex OtherResponse();

    [GeneratedRegex("[Rr]efus(?:e|ed|es|ing|als?)(?![a-z])")]
    private static partial Regex OtherRejection();

    [GeneratedRegex("[Rr]efus(?:e|es|ing|als?)(?![a-z])")]
    private static partial Regex OtherRejectionOfASet();

    /// <summary>What the operating system does where nothing listens.</summary>
    [GeneratedRegex("Connections?(?:Is|Are)?Refused")]
    private static partial Regex OfConnections();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId = )?([0-9]+)")]
    private static partial Regex EventId();

    /// <summary>A variable, parameter, field or property of a clock's type, or one that a new clock is assigned to.</summary>
    [GeneratedRegex(@"\b(?:(?:Fake|Fast)?TimeProvider\??[ ]+|var[ ]+(?=\w+ = new (?:Fake|Fast)TimeProvider))(\w+)(?=[ ]*(?:[,);=]|[{] get))")]
    private static partial Regex ClockName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^( *)(?:(?:public|internal|private|protected|file|static|sealed|abstract|readonly|ref|unsafe|partial) )*"
        + @"(?:class|struct|interface|enum|record(?: class| struct)?) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
