using System.Globalization;
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
        Assert.That(Ports().Matches(Compose).Select(match => match.Groups[1].Value), Has.Exactly(3).Items.And.All.StartsWith("127.0.0.1:"));
        Assert.That(
            Images().Matches(Compose).Select(match => match.Groups[1].Value),
            Has.Exactly(3).Items.And.All.Match(@":\d+\.\d+(\.\d+)?(-alpine)?@sha256:[0-9a-f]{64}$"));
    }

    [Test]
    public void Compose_WhenRead_PassesOnlyVariablesOfTheService()
    {
        var known = SourceTree.Read(".env.example");

        var unknown = Variables().Matches(Compose)
            .Select(match => match.Groups[1].Value)
            .Where(name => !known.Contains($"#{name}=", StringComparison.Ordinal) && !name.StartsWith("COMPOSE_", StringComparison.Ordinal));

        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Compose_WhenRead_HandsEveryVariableOfDotEnvOnExceptThoseOfTheContainer()
    {
        var service = Compose[..Compose.IndexOf("\n  s3:", StringComparison.Ordinal)];

        // A variable that is set here to a fixed value hides that of .env.
        var isFixed = Fixed().Matches(service).Select(match => match.Groups[1].Value);

        Assert.That(service, Does.Contain("env_file: [{ path: .env, required: false }]"));
        Assert.That(isFixed, Is.EquivalentTo(["API_HOST", "API_PORT", "DATA_ROOT", "JOBS_ROOT"]));
    }

    [Test]
    public void Compose_WhenRead_SaysWhatGenerationNeedsAndLetsWorkspacesBeADirectory()
    {
        Assert.That(Compose, Does.Contain("Generation needs REPLICATE_API_TOKEN").And.Contain("${COMPOSE_JOBS_DIR:-jobs}:/data/mv/jobs"));
        Assert.That(Dockerfile, Does.Contain("mkdir -p /data/mv/jobs"), "a new volume takes the owner of this directory");
    }

    [Test]
    public void Compose_WhenItStopsTheService_WaitsLongerThanTheService()
    {
        var graces = StopGrace().Matches(Compose).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        var timeout = int.Parse(StopTimeout().Match(Compose).Groups[1].Value, CultureInfo.InvariantCulture);
        var delay = int.Parse(StopDelay().Match(Compose).Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.That(graces, Has.Exactly(2).Items);
        Assert.That(graces[0], Is.GreaterThan(timeout));
        Assert.That(graces[1], Is.GreaterThan(timeout + delay));
    }

    [Test]
    public void Compose_WhenRead_GivesEachServiceNoPrivilegeAndLimits([Values("api", "s3", "postgres", "nginx")] string name)
    {
        var service = Section(name);

        foreach (var line in new[] { "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "pids_limit:", "mem_limit:", "cpus:", "tmpfs:" })
        {
            Assert.That(service, Does.Contain(line));
        }
    }

    [Test]
    public void Compose_WhenRead_GivesEachNodeAPlaceInNginxAndADirectoryOfItsOwn([Values("node-1", "node-2", "node-3")] string name)
    {
        var nginx = SourceTree.Read("docs/operation/nginx.conf");

        Assert.That(Section(name), Does.Contain($"DATA_ROOT: /data/mv/{name}").And.Contain(name == "node-1" ? "<<: *service" : "<<: *node"));
        Assert.That(Section("nginx"), Does.Contain($"{name}: {{ condition: service_healthy }}"));
        Assert.That(Section("nginx"), Does.Contain("docs/operation/nginx.conf:/etc/nginx/nginx.conf:ro"));
        Assert.That(nginx, Does.Contain($"server {name}:8000 ").And.Contain("/_character_reference(/data/mv/[^/]+/character_reference/"));
    }

    private static string Section(string service)
    {
        var section = Compose[Compose.IndexOf($"\n  {service}:", StringComparison.Ordinal)..];
        return section[..NextSection().Match(section, service.Length + 4).Index];
    }

    [Test]
    public void Images_WhenRead_ArePinnedByDigest() =>
        Assert.That(
            BaseImages().Matches(Dockerfile).Select(match => match.Groups[1].Value),
            Has.Exactly(2).Items.And.All.Match(@":\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$"));

    [Test]
    public void Actions_WhenRead_ArePinnedByCommit() =>
        Assert.That(
            Actions().Matches(SourceTree.Read(".github/workflows/test.yml")).Select(match => match.Value), Is.Not.Empty.And.All.Match("@[0-9a-f]{40} # v"));

    [Test]
    public void Dockerfile_WhenRead_RunsAsAnOrdinaryUserWithAHealthCheckOnFilesThatExist()
    {
        Assert.That(Dockerfile, Does.Contain("USER $APP_UID").And.Contain("HEALTHCHECK").And.Contain("--locked-mode"));
        Assert.That(
            Dockerfile.Split('\n').Where(line => line.StartsWith("RUN dotnet ", StringComparison.Ordinal)),
            Has.Exactly(2).Items.And.All.Contain("-p:PublishReadyToRun=true"),
            "the compiler of publish is restored beforehand");
        foreach (Match copy in Copied().Matches(Dockerfile))
        {
            Assert.That(Path.Join(SourceTree.Root, copy.Value), Does.Exist);
        }
    }

    [GeneratedRegex(@"ports: \[""([^""]+)""")]
    private static partial Regex Ports();

    [GeneratedRegex(@"^      ([A-Z0-9_]+): (?!\$\{)\S", RegexOptions.Multiline)]
    private static partial Regex Fixed();

    [GeneratedRegex(@"stop_grace_period: (\d+)s")]
    private static partial Regex StopGrace();

    [GeneratedRegex(@"SHUTDOWN_TIMEOUT: \$\{SHUTDOWN_TIMEOUT:-(\d+)\}")]
    private static partial Regex StopTimeout();

    [GeneratedRegex(@"SHUTDOWN_DELAY: \$\{SHUTDOWN_DELAY:-(\d+)\}")]
    private static partial Regex StopDelay();

    [GeneratedRegex(@"\n( {2})?\w[\w-]*:")]
    private static partial Regex NextSection();

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex BaseImages();

    [GeneratedRegex("uses: .*")]
    private static partial Regex Actions();

    [GeneratedRegex(@"image: (\S+)")]
    private static partial Regex Images();

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)")]
    private static partial Regex Variables();

    [GeneratedRegex(@"CharacterRefs\.\w+/\S+\.(csproj|json)")]
    private static partial Regex Copied();
}
