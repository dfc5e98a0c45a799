using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api;

[Category("Api")]
internal sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With <c>UPDATE_SNAPSHOTS=1</c> in the environment the file is written instead of compared.</summary>
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
                Assert.That(responses.Any(response => response.Name == "503"), Is.EqualTo(!name.EndsWith("/config/debug", StringComparison.Ordinal)), name);
                foreach (var error in responses.Where(response => response.Name[0] is '4' or '5' && response.Name != "416"))
                {
                    var problem = error.Value.GetProperty("content").GetProperty("application/problem+json");
                    Assert.That(problem.GetProperty("examples").EnumerateObject().Count(), Is.GreaterThan(0), $"{name} {error.Name}");
                }
            }

            foreach (var schema in document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject())
            {
                foreach (var property in schema.Value.GetProperty("properties").EnumerateObject().Where(property => property.Value.TryGetProperty("type", out _)))
                {
                    Assert.That(property.Value.TryGetProperty("description", out _), Is.True, $"{schema.Name}.{property.Name}");
                }
            }
        }
    }
}
