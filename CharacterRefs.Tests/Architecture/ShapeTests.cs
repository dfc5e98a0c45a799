using System.Reflection;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>How much one class may need, and what a handler is.</summary>
[Category("Unit")]
internal sealed partial class ShapeTests
{
    private const int MostDependencies = 7;

    private static readonly string[] s_projects = [SourceTree.Application, SourceTree.Infrastructure, SourceTree.Api];

    private static IEnumerable<string> Handlers => SourceTree.TypesOf(SourceTree.Application)
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Handler", StringComparison.Ordinal))
        .Select(type => type.Name);

    /// <summary>Loggers and settings count. Records carry data and are left out.</summary>
    [TestCaseSource(nameof(s_projects))]
    public void Constructors_WhenRead_TakeNoMoreThanSevenParameters(string project) =>
        Assert.That(
            Assembly.Load(project).GetTypes()
                .Where(type => type.IsClass && type.Namespace?.StartsWith(project, StringComparison.Ordinal) is true && !IsGenerated(type) && !IsRecord(type))
                .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(constructor => constructor.GetParameters().Length > MostDependencies)
                .Select(constructor => constructor.DeclaringType!.Name),
            Is.Empty);

    /// <summary>A handler is the use case of a request or of a command: the API, its command line or a script names it.</summary>
    [Test]
    public void Handlers_WhenNamed_AreUseCases()
    {
        var callers = SourceTree.SourcesOf(SourceTree.Api).Concat(SourceTree.SourcesOf("docs")).SelectMany(path => Words().Matches(SourceTree.Read(path)))
            .Select(match => match.Value)
            .ToHashSet();

        Assert.That(Handlers.Where(name => !callers.Contains(name)), Is.Empty);
    }

    [Test]
    public void Handlers_WhenTested_HaveATestClassOfTheirName()
    {
        var tests = SourceTree.SourcesOf(SourceTree.Tests).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        Assert.That(Handlers.Where(name => !tests.Contains($"{name}Tests")), Is.Empty);
    }

    private static bool IsGenerated(Type type) => type.Name.Contains('<') || type.DeclaringType?.Name.Contains('<') is true;

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    [GeneratedRegex(@"\w+Handler\b")]
    private static partial Regex Words();
}
