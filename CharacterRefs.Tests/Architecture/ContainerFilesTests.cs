using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>Checks the container files without a container engine.</summary>
[Category("Unit")]
internal sealed partial class ContainerFilesTests
{
    private static string Compose => SourceTree.Read("docker-compose.yml");

    private static string Dockerfile => SourceTree.Read("Dockerfile");

    [Test]
    public void Compose_WhenRead_PublishesOnLoopbackOnlyAndPinsItsImages()
    {
        Assert.That(Ports().Matches(Compose).Select(match => match.Groups[1].Value), Has.Exactly(2).Items.And.All.StartsWith("127.0.0.1:"));
        Assert.That(Images().Matches(Compose).Select(match => match.Groups[1].Value), Has.Exactly(1).Items.And.All.Match(@":\d+\.\d+$"));
    }

    [Test]
    public void Compose_WhenRead_PassesOnlyVariablesOfTheService()
    {
        var known = SourceTree.Read(".env.example");

        var unknown = Variables().Matches(Compose)
            .Select(match => match.Groups[1].Value)
            .Where(name => !known.Contains($"#{name}=", StringComparison.Ordinal));

        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Dockerfile_WhenRead_RunsAsAnOrdinaryUserWithAHealthCheckOnFilesThatExist()
    {
        Assert.That(Dockerfile, Does.Contain("USER $APP_UID").And.Contain("HEALTHCHECK").And.Contain("--locked-mode"));
        foreach (Match copy in Copied().Matches(Dockerfile))
        {
            Assert.That(Path.Join(SourceTree.Root, copy.Value), Does.Exist);
        }
    }

    [GeneratedRegex(@"ports: \[""([^""]+)""")]
    private static partial Regex Ports();

    [GeneratedRegex(@"image: (\S+)")]
    private static partial Regex Images();

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)")]
    private static partial Regex Variables();

    [GeneratedRegex(@"CharacterRefs\.\w+/\S+\.(csproj|json)")]
    private static partial Regex Copied();
}
