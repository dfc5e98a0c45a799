using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Api.Jobs;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.OpenApi;

[Category("Api")]
internal sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With <c>UPDATE_SNAPSHOTS=1</c> in the environment the file is written instead of compared.</summary>
    // They need neither the store nor the catalog; a provider that does not respond is an error inside the list of models.
    private static readonly string[] s_neverUnavailable = ["/config/debug", "/models", "/flavors", "/health/live", "/session", "/mv/events"];

    // A signature stands for the key, or none is needed.
    private static readonly string[] s_keyless = ["/storage/", "/health/"];

    [Test]
    public async Task Document_WhenServed_EqualsTheSnapshot()
    {
        using var api = new ApiFactory();
        var snapshot = RepositoryFiles.PathOf("docs/openapi.v1.json");

        var served = JsonNode.Parse(await api.CreateClient().GetStringAsync("/swagger/v1/swagger.json"))!.ToJsonString(s_indented) + "\n";

        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(snapshot, served);
        }

        Assert.That(served, Is.EqualTo(await File.ReadAllTextAsync(snapshot)), "run with UPDATE_SNAPSHOTS=1 when the change is meant");
    }

    [Test]
    public async Task Document_WhenServed_DescribesEveryOperationWithExamplesAndErrors()
    {
        using var api = new ApiFactory();
        using var document = JsonDocument.Parse(await api.CreateClient().GetStringAsync("/swagger/v1/swagger.json"));

        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToList();

        Assert.That(operations, Has.Count.GreaterThanOrEqualTo(9));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, operation) in operations)
            {
                Assert.That(operation.TryGetProperty("summary", out var summary) && summary.GetString()!.Length > 10, Is.True, name);
                var responses = operation.GetProperty("responses").EnumerateObject().ToList();
                var isKeyless = s_keyless.Any(path => name.Contains(path, StringComparison.Ordinal));
                Assert.That(responses.Any(response => response.Name == "401"), Is.EqualTo(!isKeyless), name);
                Assert.That(responses.Any(response => response.Name == "500"), Is.EqualTo(!IsHealth(name)), name);
                var takesAnyType = !operation.TryGetProperty("requestBody", out var body)
                    || body.GetProperty("content").TryGetProperty("application/octet-stream", out _);
                Assert.That(responses.Any(response => response.Name == "415"), Is.EqualTo(!takesAnyType), name);
                Assert.That(responses.Any(
                    response => response.Name == "503"), Is.EqualTo(!s_neverUnavailable.Any(path => name.EndsWith(path, StringComparison.Ordinal))), name);
                foreach (var error in responses.Where(response => response.Name[0] is '4' or '5' && response.Name != "416" && !IsHealth(name)))
                {
                    var problem = error.Value.GetProperty("content").GetProperty("application/problem+json");
                    Assert.That(problem.GetProperty("examples").EnumerateObject().Count(), Is.GreaterThan(0), $"{name} {error.Name}");
                }
            }

            foreach (var schema in document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject())
            {
                foreach (var property in schema.Value.GetProperty("properties").EnumerateObject()
                    .Where(property => property.Value.TryGetProperty("type", out _)))
                {
                    Assert.That(property.Value.TryGetProperty("description", out _), Is.True, $"{schema.Name}.{property.Name}");
                }
            }
        }
    }

    [Test]
    public async Task Document_WhenServed_SuitsGeneratorsOfClients()
    {
        using var api = new ApiFactory();
        using var document = JsonDocument.Parse(await api.CreateClient().GetStringAsync("/swagger/v1/swagger.json"));

        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        var ids = operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ids, Is.Unique.And.All.Matches("^[a-z][A-Za-z]+$"));
            Assert.That(operations.Select(operation => operation.Name), Has.None.EqualTo("head"));
            Assert.That(Known(schemas, "GeneratedImage", "format"), Is.EqualTo(ImageFormat.All.Select(format => format.Extension)));
            Assert.That(Known(schemas, "GenerateCharacterReferenceRequest", "safety_filter_level"), Is.EqualTo(SafetyFilterLevels.All.Append(null)));
            Assert.That(Known(schemas, "GenerateCharacterReferenceRequest", "person_generation"), Is.EqualTo(PersonGenerations.All.Append(null)));
            Assert.That(Known(schemas, "BackupJobAssetRequest", "asset_type"), Is.EquivalentTo(BackupJobAssetRequest.AssetTypes.Append(null)));
            Assert.That(schemas.GetProperty("Problem").GetProperty("properties").GetProperty("error").TryGetProperty("enum", out _), Is.False);
        }
    }

    [Test]
    public async Task Document_WhenServed_ListsHealthWithoutAKey()
    {
        using var api = new ApiFactory(settings: ("API_KEY", "key"));
        using var client = api.CreateClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/swagger/v1/swagger.json"));

        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            var operation = document.RootElement.GetProperty("paths").GetProperty(path).GetProperty("get");
            var report = await (await client.GetAsync(path)).JsonAsync();

            Assert.That(operation.GetProperty("security").GetArrayLength(), Is.Zero);
            Assert.That(report.EnumerateObject().Select(member => member.Name), Is.EqualTo(
                operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("example")
                    .EnumerateObject().Select(member => member.Name)));
        }
    }

    /// <summary>A request that Swagger UI fills in must be executable on every installation, as soon as the ids in its path exist.</summary>
    [Test]
    public async Task PrefilledRequest_WhenExecuted_Succeeds()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/swagger/v1/swagger.json"));
        var paths = document.RootElement.GetProperty("paths");
        var body = Example(paths, "/api/mv/generate_character_reference");

        using var generated = await client.PostAsync("/api/mv/generate_character_reference", body);

        generated.AssertStatus(System.Net.HttpStatusCode.OK);
        var image = (await generated.JsonAsync()).GetProperty("images")[0];
        Assert.That(image.GetProperty("base64").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var id = image.GetProperty("id").GetString();
        Directory.CreateDirectory(Path.Join(api.JobsRoot, "video-1", "final"));
        await File.WriteAllTextAsync(Path.Join(api.JobsRoot, "video-1", "final", "movie.mp4"), "film");
        foreach (var path in new[]
        {
            "/api/mv/character_references/{image_id}/persist", "/api/mv/jobs/{job_id}/assets/persist", "/api/mv/jobs/{job_id}/assets/backup",
            "/api/mv/jobs/{job_id}/assets/download", "/api/mv/jobs/{job_id}/assets/repair",
        })
        {
            using var response = await client.PostAsync(
                path.Replace("{image_id}", id, StringComparison.Ordinal).Replace("{job_id}", "video-1", StringComparison.Ordinal), Example(paths, path));
            Assert.That(response.IsSuccessStatusCode, Is.True, $"{path}: {await response.Content.ReadAsStringAsync()}");
        }

        var filled = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .SelectMany(operation => operation.Value.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().ToArray() : [])
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Where(parameter => parameter.TryGetProperty("example", out _) || parameter.GetProperty("schema").TryGetProperty("example", out _));
        Assert.That(filled, Is.Empty, "filters that hide everything");
    }

    private static bool IsHealth(string name) => name.Contains("/health/", StringComparison.Ordinal);

    private static StringContent Example(JsonElement paths, string path) => new(
        paths.GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example")
            .GetRawText(),
        System.Text.Encoding.UTF8,
        "application/json");

    private static IEnumerable<string?> Known(JsonElement schemas, string schema, string member) =>
        schemas.GetProperty(schema).GetProperty("properties").GetProperty(member).GetProperty("enum").EnumerateArray().Select(value => value.GetString());
}
