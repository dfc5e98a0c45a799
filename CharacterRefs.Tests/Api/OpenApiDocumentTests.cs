using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Api.Jobs;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api;

[Category("Api")]
internal sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With <c>UPDATE_SNAPSHOTS=1</c> in the environment the file is written instead of compared.</summary>
    // They need neither the store nor the catalog; a provider that does not respond is an error inside the list of models.
    private static readonly string[] s_neverUnavailable = ["/config/debug", "/models", "/flavors"];

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
                Assert.That(responses.Select(response => response.Name), Does.Contain("401").And.Contain("500"), name);
                Assert.That(responses.Any(response => response.Name == "415"), Is.EqualTo(operation.TryGetProperty("requestBody", out _)), name);
                Assert.That(responses.Any(
                    response => response.Name == "503"), Is.EqualTo(!s_neverUnavailable.Any(path => name.EndsWith(path, StringComparison.Ordinal))), name);
                foreach (var error in responses.Where(response => response.Name[0] is '4' or '5' && response.Name != "416"))
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

    private static IEnumerable<string?> Known(JsonElement schemas, string schema, string member) =>
        schemas.GetProperty(schema).GetProperty("properties").GetProperty(member).GetProperty("enum").EnumerateArray().Select(value => value.GetString());
}
