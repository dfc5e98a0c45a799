using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Http;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Operation;

/// <summary>What the log of the real process says of requests and images.</summary>
[Category("Integration")]
internal sealed partial class LogTests
{
    private const string Secret = "hunter2-the-key";

    [Test]
    public async Task Text_WhenRequestsEnd_HasOneTimedLineForEachWithoutQueryAndKey()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("API_KEY", Secret));
        using var client = await api.ConnectAsync();
        using var stranger = new HttpClient(new SocketsHttpHandler()) { BaseAddress = client.BaseAddress };
        client.DefaultRequestHeaders.Add("X-API-Key", Secret);

        var list = await client.GetByteArrayAsync("/api/mv/character_references?query=hunter2-the-query");
        using var missing = await client.GetAsync($"/api/mv/character_references/{Guid.NewGuid()}");
        using var rejected = await stranger.GetAsync("/api/mv/character_references/hunter2-the-id?key=hunter2");
        using var unknown = await client.GetAsync("/hunter2/path");
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/mv/get_character_reference/{Guid.NewGuid()}"));
        var lines = await LinesAsync(api, 5);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Is.All.Match(Timed()));
            Assert.That(lines, Has.One.Contains("GET /api/mv/character_references 200 in ").And.Contains($" ms, {list.Length} bytes"));
            Assert.That(lines, Has.One.Contains("GET /api/mv/character_references/{image_id} 404 in "));
            Assert.That(lines, Has.One.Contains("GET /api/mv/character_references/{image_id} 401 in "));
            Assert.That(lines, Has.One.Contains("GET (no route) 404 in "));
            Assert.That(lines, Has.One.Contains("HEAD /api/mv/get_character_reference/{image_id} 404 in ").And.Contains(" ms, 0 bytes"));
            Assert.That(api.Log, Does.Not.Contain("hunter2"));
        }
    }

    [Test]
    public async Task Text_WhenImagesComeAndGo_HasOneLineForEach()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        var generated = await (await client.GenerateAsync(new { character_description = "x", num_images = 2, include_base64 = false })).JsonAsync();
        var ids = generated.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("id").GetString()).ToList();
        using var image = await client.GetAsync($"/api/mv/get_character_reference/{ids[0]}");
        var bytes = await image.Content.ReadAsByteArrayAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "a.png" } };
        var uploaded = (await (await client.PostAsync("/api/mv/upload_character_reference", form)).JsonAsync()).GetProperty("image_id").GetString();
        using var deleted = await client.DeleteAsync($"/api/mv/character_references/{ids[1]}");
        deleted.AssertStatus(HttpStatusCode.NoContent);
        await LinesAsync(api, 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ids, Is.All.Matches<string>(id => api.Output.Count(line => line.Contains($"Generated {id} ", StringComparison.Ordinal)) == 1), api.Log);
            Assert.That(api.Output, Has.One.Contains($"Received {uploaded} as an upload: png, 1024 x 1024, {bytes.Length} bytes"));
            Assert.That(api.Output, Has.One.EndsWith($"Deleted {ids[1]}"));
            Assert.That(api.Output, Has.One.Contains("GET /api/mv/get_character_reference/{image_id} 200 in ").And.Contains($" ms, {bytes.Length} bytes"));
        }
    }

    [Test]
    public async Task Json_WhenConfigured_IsOneObjectALineWithNamedValues()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("LOG_FORMAT", "json"));
        using var client = await api.ConnectAsync();
        using var live = await client.GetAsync("/health/live?x=1");
        await LinesAsync(api, 1);

        Assert.That(await api.StopAsync(), Is.Zero);
        var events = api.Output.Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();

        Assert.That(events.Select(logged => logged.GetProperty("Timestamp").GetDateTimeOffset().Offset), Is.Not.Empty.And.All.EqualTo(TimeSpan.Zero));
        var state = events.Single(logged => logged.GetProperty("EventId").GetInt32() == 204).GetProperty("State");
        Assert.That(state.GetProperty("Method").GetString(), Is.EqualTo("GET"));
        Assert.That(state.GetProperty("Route").GetString(), Is.EqualTo("/health/live"));
        Assert.That(state.GetProperty("Status").GetInt32(), Is.EqualTo(200));
        Assert.That(state.GetProperty("Bytes").GetInt64(), Is.EqualTo((await live.Content.ReadAsByteArrayAsync()).Length));
        Assert.That(state.GetProperty("Milliseconds").GetInt64(), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task Debug_WhenConfigured_AddsNothingOfTheFramework()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("LOG_LEVEL", "debug"), ("SERVE_FROM_CLOUD", "true"));
        using var client = await api.ConnectAsync();
        using var made = await client.GenerateAsync(new { character_description = "x", num_images = 1 });
        made.AssertStatus(HttpStatusCode.OK);
        await LinesAsync(api, 1);

        Assert.That(
            api.Output.Where(line => line.Length > 0 && !OwnOrWarning().IsMatch(line)), Is.Empty, "lines below warning that are not of CharacterRefs");
        Assert.That(api.Output, Has.None.Contain(nameof(ActionParameterBinder)), "lines of a base class of the framework");
    }

    /// <summary>Waits until that many requests are logged, which is after their responses.</summary>
    private static async Task<IReadOnlyList<string>> LinesAsync(ApiProcess api, int count)
    {
        List<string> lines = [];
        await Condition.UntilAsync(() => (lines = [.. api.Output.Where(line => Request().IsMatch(line))]).Count >= count);
        return lines;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: CharacterRefs\.Api\.Http\.RequestLog\[204\] [A-Z]+ ")]
    private static partial Regex Timed();

    [GeneratedRegex(@"Http\.RequestLog")]
    private static partial Regex Request();

    [GeneratedRegex(@"^\S+Z (warn|fail|crit|(trce|dbug|info): CharacterRefs\.)")]
    private static partial Regex OwnOrWarning();
}
