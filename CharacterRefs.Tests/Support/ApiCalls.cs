using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace CharacterRefs.Tests.Support;

/// <summary>Requests to the API, and checks of its responses.</summary>
internal static class ApiCalls
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{(int)response.StatusCode}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Checks all that the contract says of a problem, and gives it back.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status, string error)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), text);
        using var document = JsonDocument.Parse(text);
        var problem = document.RootElement.Clone();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.GetProperty("error").GetString(), Is.EqualTo(error), text);
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status), text);
            Assert.That(problem.GetProperty("title").GetString(), Is.Not.Empty);
            Assert.That(problem.GetProperty("type").GetString(), Is.Not.Empty);
            Assert.That(problem.GetProperty("instance").GetString(), Does.StartWith("/"));
            Assert.That(problem.GetProperty("traceId").GetString(), Is.Not.Empty);
        }

        return problem;
    }

    /// <summary>A 400 that names this field with all these words.</summary>
    public static async Task ProblemOnFieldAsync(this HttpResponseMessage response, string field, params string[] words)
    {
        var problem = await response.ProblemAsync(400, "ValidationError");
        Assert.That(problem.GetProperty("errors").TryGetProperty(field, out var messages), Is.True, problem.GetRawText());
        var text = string.Join(" ", messages.EnumerateArray().Select(message => message.GetString()));
        foreach (var word in words)
        {
            Assert.That(text, Does.Contain(word));
        }
    }

    public static Task<HttpResponseMessage> GenerateAsync(this HttpClient client, object request) =>
        client.PostAsJsonAsync("/api/mv/generate_character_reference", request);

    public static Task<HttpResponseMessage> GenerateRawAsync(this HttpClient client, string body, string mediaType = "application/json") =>
        client.PostAsync("/api/mv/generate_character_reference", new StringContent(body, Encoding.UTF8, mediaType));

    public static async Task<HttpResponseMessage> UploadAsync(
        this HttpClient client, byte[] content, string fileName = "picture.png", string mediaType = "image/png", string part = "file")
    {
        using var form = new MultipartFormDataContent { { Bytes(content, mediaType), part, fileName } };
        return await client.PostAsync("/api/mv/upload_character_reference", form);
    }

    public static ByteArrayContent Bytes(byte[] content, string mediaType) =>
        new(content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };

    public static async Task<string> UploadedIdAsync(this HttpClient client, byte[] content) =>
        (await (await client.UploadAsync(content)).JsonAsync()).GetProperty("image_id").GetString()!;

    public static async Task<HttpResponseMessage> GetAsync(
        this HttpClient client, string url, Action<HttpRequestHeaders> headers, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url);
        headers(request.Headers);
        return await client.SendAsync(request);
    }

    public static void AssertStatus(this HttpResponseMessage response, HttpStatusCode status) => Assert.That(response.StatusCode, Is.EqualTo(status));
}
