using System.Reflection;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>
/// Who may know whom. Project files and assemblies are both read: the compiler drops references that nothing uses, so the assemblies alone would miss
/// a bad one.
/// </summary>
[Category("Unit")]
internal sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> s_arrows = new()
    {
        [SourceTree.Domain] = [],
        [SourceTree.Application] = [SourceTree.Domain],
        [SourceTree.Infrastructure] = [SourceTree.Application],
        [SourceTree.Api] = [SourceTree.Application, SourceTree.Infrastructure],
        [SourceTree.Tests] = [SourceTree.Api],
    };

    [Test]
    public void Solution_WhenRead_HasExactlyTheFiveProjects()
    {
        var projects = SolutionProject().Matches(SourceTree.Read("CharacterRefs.sln")).Select(match => match.Groups[1].Value.Replace('\\', '/'));
        var files = Directory.EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);

        Assert.That(projects, Is.EquivalentTo(SourceTree.Projects.Select(name => $"{name}/{name}.csproj")));
        Assert.That(files, Is.EquivalentTo(SourceTree.Projects));
    }

    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Projects))]
    public void ProjectFile_WhenRead_ReferencesExactlyWhatItMay(string project) =>
        Assert.That(
            Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))),
            Is.EquivalentTo(s_arrows[project]));

    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Production))]
    public void Assembly_WhenRead_ReferencesNoOtherOfOurs(string project)
    {
        var reachable = s_arrows[project].SelectMany(name => s_arrows[name].Append(name)).ToList();

        Assert.That(
            ReferencesOf(project).Where(name => name.StartsWith("CharacterRefs.", StringComparison.Ordinal)),
            Is.SubsetOf(reachable.SelectMany(name => s_arrows[name].Append(name)).Distinct()));
    }

    [Test]
    public void Domain_WhenRead_HasNothingButTheBaseLibrary()
    {
        Assert.That(Included(SourceTree.Domain, "PackageReference").Concat(Included(SourceTree.Domain, "FrameworkReference")), Is.Empty);
        Assert.That(ReferencesOf(SourceTree.Domain), Is.All.StartsWith("System."));
    }

    [Test]
    public void Application_WhenRead_HasNothingButTheBaseLibraryAndAbstractions()
    {
        Assert.That(Included(SourceTree.Application, "PackageReference"), Is.All.EndsWith(".Abstractions"));
        Assert.That(Included(SourceTree.Application, "FrameworkReference"), Is.Empty);
        Assert.That(
            ReferencesOf(SourceTree.Application).Where(name => name != SourceTree.Domain),
            Is.All.StartsWith("System.").Or.EndsWith(".Abstractions"));
    }

    [Test]
    public void OpenTelemetry_WhenRead_IsReferencedByTheApiOnlyAndNamedInItsTelemetryOnly()
    {
        Assert.That(
            SourceTree.Production.Where(
                project => Included(project, "PackageReference").Any(name => name.StartsWith("OpenTelemetry", StringComparison.Ordinal))),
            Is.EqualTo([SourceTree.Api]));
        Assert.That(
            SourceTree.SourcesOf(SourceTree.Api).Where(path => SourceTree.Read(path).Contains("using OpenTelemetry", StringComparison.Ordinal)),
            Is.All.StartsWith($"{SourceTree.Api}/Telemetry/").And.Not.Empty);
    }

    [Test]
    public void Api_WhenRead_NamesTheInfrastructureInProgramOnly() =>
        Assert.That(
            SourceTree.SourcesOf(SourceTree.Api).Where(path => SourceTree.Read(path).Contains(SourceTree.Infrastructure, StringComparison.Ordinal)),
            Is.EqualTo([$"{SourceTree.Api}/Program.cs"]));

    private static IEnumerable<string> Included(string project, string item) =>
        SourceTree.ProjectFile(project).Descendants(item).Select(element => element.Attribute("Include")!.Value);

    private static IEnumerable<string> ReferencesOf(string project) =>
        Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name!);

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "([^"]+)",""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();
}
