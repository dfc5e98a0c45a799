using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.OpenApi;

/// <summary>A problem that the OpenAPI document shows for an operation, and the request that it belongs to.</summary>
/// <param name="Operation">Id of the operation.</param>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Code">The code of the error, which is the name of the example.</param>
/// <param name="Request">The description of the request's body; <c>null</c> without one.</param>
internal sealed partial record ErrorExample(string Operation, string Method, string Code, JsonObject Problem, JsonElement? Request)
{
    private const string Files =
        """{"files":[{"path":"final/movie.mp4","size":1,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}""";
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Bodies that are valid and need nothing that exists, where what Swagger UI fills in is not enough.</summary>
    private static readonly Dictionary<string, string> s_bodies = new()
    {
        ["associateCharacterReferences"] = """{"image_ids":["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"]}""",
        ["commitJobUploads"] = Files,
        ["generateCharacterReference"] = """{"character_description":"A robot","reference_image_id":"019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"}""",
        ["presignCharacterReferences"] = """{"image_ids":["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"],"job_id":"video-42"}""",
        ["presignJobUploads"] = Files,
        ["replaceJobMetadata"] = """{"v":1}""",
    };

    /// <summary>What makes the request invalid where it is not the path: a body or a query.</summary>
    private static readonly Dictionary<string, string> s_invalid = new()
    {
        ["annotateCharacterReference"] = """{"rating":6}""",
        ["generateCharacterReference"] = """{"character_description":"A robot","num_images":5}""",
        ["getEvents"] = "last_event_id=x",
        ["getUsage"] = "from=2026-11-30&to=2026-11-01",
        ["listCharacterReferences"] = "limit=0",
        ["listGenerations"] = "limit=0",
        ["listJobs"] = "limit=0",
        ["listPendingUploads"] = "limit=0",
        ["presignCharacterReferences"] = """{"image_ids":[]}""",
        ["uploadCharacterReference"] = "",
    };

    /// <summary>Every example of the document.</summary>
    public static async Task<IReadOnlyList<ErrorExample>> ReadAsync(HttpClient client)
    {
        var document = await (await client.GetAsync("/swagger/v1/swagger.json")).JsonAsync();
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               from response in operation.Value.GetProperty("responses").EnumerateObject()
               from example in In(response.Value)
               select new ErrorExample(
                   operation.Value.Text("operationId"),
                   operation.Name.ToUpperInvariant(),
                   example.Name,
                   JsonNode.Parse(example.Value.GetProperty("value").GetRawText())!.AsObject(),
                   operation.Value.TryGetProperty("requestBody", out var body) ? body : null),
        ];
    }

    /// <summary>Path of the request.</summary>
    public string Path => Problem["instance"]!.GetValue<string>();

    /// <summary>The members of a problem without its trace and with the order of their names.</summary>
    /// <param name="hasAmounts">Whether costs, numbers of places and seconds count too, which depend on the settings.</param>
    public static string Read(JsonObject problem, bool hasAmounts)
    {
        var text = new JsonObject(problem.Where(member => member.Key != "traceId").OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString(s_readable);
        text = Time().Replace(text, "(time)");
        return hasAmounts ? text : Amount().Replace(text, "(amount)");
    }

    /// <summary>The request without what makes it fail, or the invalid one.</summary>
    public HttpRequestMessage ToRequest(bool isInvalid = false)
    {
        var fault = isInvalid ? s_invalid.GetValueOrDefault(Operation) : null;
        var isQuery = fault is { Length: > 0 } && !fault.StartsWith('{');
        var request = new HttpRequestMessage(new HttpMethod(Method), isQuery ? $"{Path}?{fault}" : Path);
        if (Request is { } description)
        {
            var content = description.GetProperty("content").EnumerateObject().First();
            request.Content = content.Name switch
            {
                "multipart/form-data" => Form(hasFile: fault is null),
                "application/json" => new StringContent(
                    !isQuery && fault is not null ? fault : s_bodies.GetValueOrDefault(Operation) ?? content.Value.GetProperty("example").GetRawText(),
                    Encoding.UTF8,
                    content.Name),
                _ => new ByteArrayContent([1]),
            };
        }

        return request;
    }

    private static MultipartFormDataContent Form(bool hasFile)
    {
        var form = new MultipartFormDataContent();
        if (hasFile)
        {
            var file = new ByteArrayContent(TestImages.Solid(ImageFormat.Png, 8, 8)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
            form.Add(file, "file", "picture.png");
        }

        return form;
    }

    private static IEnumerable<JsonProperty> In(JsonElement response) =>
        response.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out var problem)
            ? problem.GetProperty("examples").EnumerateObject()
            : Enumerable.Empty<JsonProperty>();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<![\w.-])\d+(\.\d+)?(?= (USD|event|are allowed|generations|wait|seconds))")]
    private static partial Regex Amount();
}
