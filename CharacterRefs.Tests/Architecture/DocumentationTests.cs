using System.Reflection;
using System.Xml.Linq;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>Ports, options and contracts are what others read: every one of them and of their members says what it is.</summary>
[Category("Unit")]
internal sealed class DocumentationTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [TestCaseSource(nameof(Documented))]
    public void Documentation_WhenATypeIsReadByOthers_CoversItAndItsMembers(Type type)
    {
        var comments = CommentsOf(type.Assembly);
        comments.TryGetValue($"T:{type.FullName}", out var ofType);

        var silent = MembersOf(type).Where(member => !comments.Keys.Any(key => key == member || key.StartsWith($"{member}(", StringComparison.Ordinal)
            || key.StartsWith($"{member}``", StringComparison.Ordinal)) && !IsParameter(ofType, member));

        Assert.That(ofType?.Element("summary")?.Value.Trim(), Is.Not.Null.And.Not.Empty);
        Assert.That(silent, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Documented() => SourceTree.Production
        .SelectMany(SourceTree.TypesOf)
        .Where(type => type.Namespace!.StartsWith("CharacterRefs.Application.Ports.", StringComparison.Ordinal) || IsContract(type)
            || type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name.EndsWith("Settings", StringComparison.Ordinal))
        .Where(type => type.Assembly.GetName().Name != SourceTree.Tests)
        .Select(type => new TestCaseData(type).SetArgDisplayNames(type.Name));

    /// <summary>What requests and responses are made of: the public records of the API.</summary>
    private static bool IsContract(Type type) =>
        type.IsPublic && type.Assembly.GetName().Name == SourceTree.Api && type.GetMethod("<Clone>$") is not null;

    private static Dictionary<string, XElement> CommentsOf(Assembly assembly) => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    private static IEnumerable<string> MembersOf(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$") is not null || type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
        var properties = type.GetProperties(Own).Select(property => $"P:{type.FullName}.{property.Name}");
        var fields = type.GetFields(Own).Where(field => !field.IsSpecialName).Select(field => $"F:{type.FullName}.{field.Name}");
        var methods = type.IsInterface ? type.GetMethods(Own).Where(method => !method.IsSpecialName).Select(method => $"M:{type.FullName}.{method.Name}") : [];
        return isRecord ? properties : properties.Concat(fields).Concat(methods);
    }

    /// <summary>A positional record says it in its parameters.</summary>
    private static bool IsParameter(XElement? comment, string member) =>
        comment?.Elements("param").Any(param => member.EndsWith($".{param.Attribute("name")!.Value}", StringComparison.Ordinal)) is true;
}
