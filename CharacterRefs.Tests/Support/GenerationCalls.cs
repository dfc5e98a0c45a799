using System.Net.Http.Json;
using System.Text.Json;

namespace CharacterRefs.Tests.Support;

/// <summary>Requests about generations, and waiting for their end.</summary>
internal static class GenerationCalls
{
    /// <summary>Sends a generate request.</summary>
    /// <param name="prefer">The <c>Prefer</c> header; <c>null</c> = none.</param>
    /// <param name="keys">Values of <c>Idempotency-Key</c>, one header each.</param>
    public static Task<HttpResponseMessage> GenerateAsync(this HttpClient client, object body, string? prefer, params string[] keys) =>
        client.PostAsync("/api/mv/generate_character_reference", JsonContent.Create(body), prefer, keys);

    /// <summary>Starts a generation and returns its resource.</summary>
    public static async Task<JsonElement> StartedAsync(this HttpClient client, object body)
    {
        using var accepted = await client.GenerateAsync(body, "respond-async");
        Assert.That((int)accepted.StatusCode, Is.EqualTo(202), await accepted.Content.ReadAsStringAsync());
        return await accepted.JsonAsync();
    }

    public static async Task<HttpResponseMessage> PostAsync(this HttpClient client, string url, HttpContent? content, string? prefer, params string[] keys)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        if (prefer is not null)
        {
            request.Headers.Add("Prefer", prefer);
        }

        foreach (var key in keys)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await client.SendAsync(request);
    }

    /// <summary>Reads a generation until it is as expected.</summary>
    public static async Task<JsonElement> UntilAsync(this HttpClient client, JsonElement generation, Func<JsonElement, bool> condition)
    {
        JsonElement now = default;
        await Condition.UntilAsync(async () => condition(now = await (await client.GetAsync(generation.UrlOf("self"))).JsonAsync()));
        return now;
    }

    public static Task<JsonElement> UntilFinalAsync(this HttpClient client, JsonElement generation) => client.UntilAsync(generation, IsFinal);

    public static bool IsFinal(this JsonElement generation) => generation.GetProperty("completed_at").ValueKind is not JsonValueKind.Null;

    public static string UrlOf(this JsonElement generation, string name) => generation.GetProperty("urls").GetProperty(name).GetString()!;

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static string Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? string.Join(',', values)
            : "";
}
