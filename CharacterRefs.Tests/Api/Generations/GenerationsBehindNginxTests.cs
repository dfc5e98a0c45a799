using System.Net;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Api.Generations;

/// <summary>A proxy that gives up on slow responses and may buffer what it passes on.</summary>
[Category("Integration")]
internal sealed class GenerationsBehindNginxTests
{
    private ReplicateStub _stub = null!;
    private ApiFactory _api = null!;

    [SetUp]
    public async Task SetUp()
    {
        _stub = await ReplicateStub.StartAsync();
        _stub.ByDefault(prediction => prediction.NeverEnds());
        _api = ApiFactory.With(_stub, settings: [("REPLICATE_PREFER_WAIT", "0")]);
        _api.Clock = null; // that of nginx
        _api.ListenOnLoopback();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _api.DisposeAsync();
        Assert.That(_stub.Faults, Is.Empty);
        await _stub.DisposeAsync();
    }

    [Test]
    public async Task Generate_WhenTheProxyGivesUpFirst_KeepsTheImagesUnderTheKey()
    {
        using var direct = _api.CreateClient();
        await using var nginx = await Nginx.StartAsync(direct.BaseAddress!, TimeSpan.FromSeconds(2));
        using var client = nginx.CreateClient();
        var body = new { character_description = "A robot", num_images = 4 };

        // The first request may also be given up before it is recorded, on a slow machine; a client retries it with its key.
        var timedOut = new List<HttpResponseMessage>();
        do
        {
            timedOut.Add(await client.GenerateAsync(body, null, "robot-1"));
        }
        while (_stub.Predictions.Count == 0);
        await _stub.SucceedAsync(4);
        var generation = await direct.UntilFinalAsync(await OnlyGenerationAsync(direct));
        using var repeated = await client.GenerateAsync(body, null, "robot-1");

        Assert.That(timedOut.Select(response => response.StatusCode), Is.All.EqualTo(HttpStatusCode.GatewayTimeout));
        Assert.That(timedOut.Select(response => response.Headers.Server.ToString()), Is.All.Contain("nginx"));
        Assert.That(generation.Text("status"), Is.EqualTo("succeeded"));
        Assert.That(repeated.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(repeated.Header("Idempotent-Replayed"), Is.EqualTo("true"));
        Assert.That(Ids(await repeated.JsonAsync()), Has.Count.EqualTo(4).And.EqualTo(Ids(generation)));
        Assert.That(_stub.Creates, Has.Count.EqualTo(4), "each image was paid for once");
    }

    [Test]
    public async Task GetGenerationEvents_WhenTheyPassAProxy_ArriveWhenTheyHappen()
    {
        using var direct = _api.CreateClient();
        await using var nginx = await Nginx.StartAsync(direct.BaseAddress!, TimeSpan.FromSeconds(60));
        using var client = nginx.CreateClient();
        var started = await client.StartedAsync(new { character_description = "A robot", num_images = 1 });
        await using var events = await EventReader.OpenAsync(client, started.UrlOf("events"));

        // The model does not end before the first event was read: a proxy that buffers would never pass it on.
        var first = await events.NextGenerationAsync();
        await _stub.SucceedAsync(1);
        var last = (await events.RestAsync())[^1];

        Assert.That(first!.Value.Generation.IsFinal(), Is.False);
        Assert.That(last.Generation.Text("status"), Is.EqualTo("succeeded"));
    }

    private static List<string?> Ids(JsonElement response) =>
        [.. response.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("id").GetString())];

    private static async Task<JsonElement> OnlyGenerationAsync(HttpClient client)
    {
        var list = await (await client.GetAsync("/api/mv/generations")).JsonAsync();
        return list.GetProperty("items").EnumerateArray().Single();
    }
}
