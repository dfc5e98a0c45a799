using System.Text.Json;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Startup;
using CharacterRefs.Application;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Architecture;

/// <summary>Compares the variables that the registrations read with the documents, in both directions.</summary>
[Category("Integration")]
internal sealed partial class ConfigurationDocumentsTests
{
    private const string ProcessorBound = "IMAGE_DECODE_CONCURRENCY";

    private static readonly Lazy<IReadOnlyList<DeclaredVariable>> s_declared = new(Declare);

    [Test]
    public void AppSettings_WhenAlone_AreAcceptedAndNameDeclaredVariablesOnly()
    {
        using var json = JsonDocument.Parse(SourceTree.Read($"{SourceTree.Api}/appsettings.json"));

        var variables = json.RootElement.EnumerateObject().Select(member => member.Name).Where(name => !name.Any(char.IsLower));

        Assert.That(variables, Is.SubsetOf(s_declared.Value.Select(setting => setting.Name)));
    }

    [Test]
    public void EnvExample_WhenRead_HasEveryVariableCommentedOutWithItsDefault()
    {
        var lines = EnvLine().Matches(SourceTree.Read(".env.example")).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

        Assert.That(lines, Is.EquivalentTo(s_declared.Value.Select(setting => (setting.Name, setting.Name == ProcessorBound ? "" : setting.Value ?? ""))));
    }

    [Test]
    public void EnvExample_WhenRead_DescribesEachVariable()
    {
        var lines = SourceTree.Read(".env.example").Split('\n');

        var undescribed = lines.Where((line, i) => EnvLine().IsMatch(line) && !lines[i - 1].StartsWith("# ", StringComparison.Ordinal));

        Assert.That(undescribed, Is.Empty);
        Assert.That(lines.Where(line => line.Length > 0), Is.All.StartsWith("#"));
    }

    [Test]
    public void Document_WhenRead_HasEveryVariableWithDefaultAndRule()
    {
        var rows = DocumentRow().Matches(SourceTree.Read("docs/configuration.md"))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim().Trim('`'), match.Groups[3].Value));

        Assert.That(rows, Is.EquivalentTo(s_declared.Value.Select(setting =>
            (setting.Name, setting.Name == ProcessorBound ? "number of processors" : setting.Value ?? "", setting.Allowed))));
    }

    [TestCase(".env.example")]
    [TestCase("docs/configuration.md")]
    public void Document_WhenRead_NamesNoOtherVariable(string path) =>
        Assert.That(
            VariableName().Matches(SourceTree.Read(path)).Select(match => match.Value).Distinct(),
            Is.EquivalentTo(s_declared.Value.Select(setting => setting.Name)));

    /// <summary>Runs the registrations as a start does, with the shipped configuration only and no environment.</summary>
    private static IReadOnlyList<DeclaredVariable> Declare()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddJsonFile(Path.Join(SourceTree.Root, SourceTree.Api, "appsettings.json"));
        var settings = new Settings(builder.Configuration);
        builder.Services.AddApplication(settings);
        builder.Services.AddInfrastructure(settings, isDevelopment: false);
        builder.AddApi(settings);
        FilePermissions.Read(settings);
        settings.ThrowIfInvalid();
        return settings.Declared;
    }

    [GeneratedRegex("^#([A-Z][A-Z0-9_]*)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex EnvLine();

    [GeneratedRegex(@"^\| `([A-Z][A-Z0-9_]*)` \|(.*?)\| (.*?) \| \S.* \|$", RegexOptions.Multiline)]
    private static partial Regex DocumentRow();

    [GeneratedRegex(@"\bCATALOG\b|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")]
    private static partial Regex VariableName();
}
