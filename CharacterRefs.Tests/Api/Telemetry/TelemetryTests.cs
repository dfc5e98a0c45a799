using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Telemetry;
using CharacterRefs.Tests.Support.Webhooks;
using Npgsql;

namespace CharacterRefs.Tests.Api.Telemetry;

/// <summary>What leaves the service by OTLP. In a process of its own, because the SDK listens to everything in its process.</summary>
[Category("Integration")]
internal sealed partial class TelemetryTests
{
    private const string Traces = "/v1/traces";
    private const string Metrics = "/v1/metrics";
    private const string ApiKey = "key-0123456789abcdef";
    private const string Prompt = "a knight of the round table";

    private TempDirectory _directory = null!;
    private ReplicateStub _stub = null!;
    private StubReceiver _receiver = null!;
    private StubCollector _collector = null!;

    [SetUp]
    public async Task SetUp()
    {
        _directory = new TempDirectory();
        _stub = await ReplicateStub.StartAsync();
        _receiver = await StubReceiver.StartAsync();
        _collector = await StubCollector.StartAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _collector.DisposeAsync();
        await _receiver.DisposeAsync();
        await _stub.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Export_WhenAnEndpointIsSet_SendsSpansAndMetricsAndNoSecret()
    {
        await WorkAsync([("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Origin), ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer collector-secret")]);

        var (traces, metrics) = (_collector.TextOf(Traces), _collector.TextOf(Metrics));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_collector.Requests.Select(request => request.Path).Distinct(), Is.EquivalentTo([Traces, Metrics]), "no log");
            Assert.That(_collector.Requests.Select(request => request.Authorization), Is.All.EqualTo("Bearer collector-secret"));
            Assert.That(
                Missing(traces, "generation", "generation slot", "upload image", "deliver webhook", "POST api/mv/generate_character_reference"), Is.Empty);
            Assert.That(Missing(traces, "url.full", $"{_stub.OutputHost}/", $"{_receiver.Origin}/", "characterrefs-test", "deployment.environment"), Is.Empty);
            Assert.That(
                Missing(
                    metrics,
                    "characterrefs.generation.slots", "characterrefs.uploads.pending", "characterrefs.webhooks.attempts", "characterrefs.limiter.waiting",
                    "characterrefs.generation.paid_losses", "SubmissionLost", "given_up", // none of them happened
                    "http.server.request.duration", "http.client.request.duration", "microsoft.entityframeworkcore.queries", "dotnet.gc.collections",
                    "characterrefs-test", "deployment.environment"),
                Is.Empty);
            string[] secrets =
            [
                "collector-secret", ApiKey, "round", _stub.Token, StubReceiver.Secret, "path-secret", "query=", "signature=", "expires=", "xezq",
            ];
            Assert.That(secrets.Except(Missing(traces + metrics, secrets)), Is.Empty);
            Assert.That(traces, Does.Not.Contain("/health"), "probes");
            Assert.That(Ids().Matches(metrics).Select(match => match.Value), Is.Empty, "ids of ours, which are of version 7");
        }
    }

    [Test]
    public async Task Export_WithACatalogInPostgres_NamesNeitherItsHostNorItsUser()
    {
        var database = new NpgsqlConnectionStringBuilder(await PostgresTestServer.CreateEmptyAsync());
        await using var bucket = await S3TestServer.CreateBucketAsync();
        try
        {
            await WorkAsync(
                [
                    .. bucket.Variables(bucket.Options.Endpoint!),
                    ("CATALOG", "postgres"),
                    ("DATABASE_URL", $"{database.ConnectionString};SSL Password=key-secret"),
                    ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Origin),
                ],
                signed: "X-Amz-Signature=");

            var metrics = _collector.TextOf(Metrics);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Missing(metrics, "db.client.connection.max", "db.client.connection.pool.name", "catalog", "lease", "signals"), Is.Empty);
                string[] secrets = ["Host=", "Username=", "Password", "key-secret", database.Database!];
                Assert.That(secrets.Except(Missing(metrics, secrets)), Is.Empty);
            }
        }
        finally
        {
            await PostgresTestServer.DropAsync(database.ConnectionString);
        }
    }

    private static IEnumerable<string> Missing(string text, params string[] words) =>
        words.Where(word => !text.Contains(word, StringComparison.Ordinal));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]*")]
    private static partial Regex Ids();

    /// <summary>Generates an image, persists and reads it with a signed URL, searches, has a webhook delivered, and stops.</summary>
    private async Task WorkAsync((string Name, string Value)[] settings, string signed = "signature=")
    {
        using var api = ApiProcess.Start(
            _directory.FullPath,
            [
                .. _stub.Variables.Select(variable => (variable.Key, variable.Value!)),
                ("API_KEY", ApiKey),
                ("SERVE_FROM_CLOUD", "true"),
                ("WEBHOOK_URLS", _receiver.Url.AbsoluteUri),
                ("WEBHOOK_SECRET", StubReceiver.Secret),
                ("WEBHOOK_ALLOW_PRIVATE", "true"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_SERVICE_NAME", "characterrefs-test"),
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"),
                .. settings,
            ]);
        using var client = await api.ConnectAsync();
        client.DefaultRequestHeaders.Add("X-API-Key", ApiKey);
        var response = await (await client.GenerateAsync(new { character_description = Prompt, num_images = 1, include_base64 = false }, null)).JsonAsync();
        var image = response.GetProperty("images").EnumerateArray().Single();
        using var content = await client.GetAsync(image.GetProperty("cloud_url").GetString());
        using var found = await client.GetAsync("/api/mv/character_references?query=round");
        using var health = await client.GetAsync("/health/ready");
        Assert.That(content.IsSuccessStatusCode && found.IsSuccessStatusCode && health.IsSuccessStatusCode, Is.True, api.Log);
        Assert.That(image.GetProperty("cloud_url").GetString(), Does.Contain(signed));
        await Condition.UntilAsync(() => _receiver.Received.Count > 0);
        Assert.That(await api.StopAsync(), Is.Zero, api.Log);
    }
}
