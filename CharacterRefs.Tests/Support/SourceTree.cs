using System.Reflection;
using System.Xml.Linq;

namespace CharacterRefs.Tests.Support;

/// <summary>The sources that this build was made from, and the assemblies that came of them.</summary>
internal static class SourceTree
{
    public const string Domain = "CharacterRefs.Domain";
    public const string Application = "CharacterRefs.Application";
    public const string Infrastructure = "CharacterRefs.Infrastructure";
    public const string Api = "CharacterRefs.Api";
    public const string Tests = "CharacterRefs.Tests";

    public static string[] Production { get; } = [Domain, Application, Infrastructure, Api];

    public static string[] Projects { get; } = [.. Production, Tests];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Join(Root, path));

    public static XDocument ProjectFile(string project) => XDocument.Load(Path.Join(Root, project, $"{project}.csproj"));

    /// <summary>Paths relative to the root, without what a build makes.</summary>
    public static IEnumerable<string> SourcesOf(string project) => Directory
        .EnumerateFiles(Path.Join(Root, project), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal);

    public static bool IsMigration(string path) => path.Contains("/Migrations/", StringComparison.Ordinal);

    /// <summary>The types that somebody wrote, nested ones left out.</summary>
    public static IEnumerable<Type> TypesOf(string project) => Assembly.Load(project).GetTypes()
        .Where(type => !type.IsNested && type.Namespace?.StartsWith(project, StringComparison.Ordinal) is true && !type.Name.Contains('<'));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(directory.FullName, "CharacterRefs.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests must run below the solution's directory.");
        }

        return directory.FullName;
    }
}
