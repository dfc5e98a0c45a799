using System.Net;
using System.Text;
using System.Text.Json;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class ReplicateHookApiTests
{
    private const string Hook = "/api/mv/hooks/replicate";
    private const string OtherSecret = "whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB";

    private static readonly object s_oneRobot = new { character_description = "A robot", num_images = 1 };

    // Nothing but a webhook leads to a read within the time of a test.
    private static readonly (string, string)[] s_slow =
        [("REPLICATE_POLL_INTERVAL", "60"), ("REPLICATE_PREFER_WAIT", "0"), ("REPLICATE_DEADLINE", "86400")];

    private ReplicateStub _stub = null!;

    [SetUp]
    public async Task StartStub() => _stub = await ReplicateStub.StartAsync();

    [TearDown]
    public async Task StopStub()
    {
        Assert.That(_stub.Faults, Is.Empty);
        await _stub.DisposeAsync();
    }

    [Test]
    public async Task Receive_WhenPublicBaseUrlIsNotSet_IsNotFound()
    {
        using var api = ApiFactory.With(_stub);
        api.Clock = TimeProvider.System;
        using var request = Signed("""{"id":"abc"}""", _stub.WebhookSecret);

        await (await api.CreateClient().SendAsync(request)).ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task Receive_WhenThePlaceholderGenerates_IsNotFound()
    {
        using var api = new ApiFactory(null, ("PUBLIC_BASE_URL", "https://refs.example.org"));
        using var request = Signed("""{"id":"abc"}""", _stub.WebhookSecret);

        await (await api.CreateClient().SendAsync(request)).ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task Receive_WhenTheSignatureIsForged_IsUnauthorized()
    {
        using var api = Start();
        using var client = api.CreateClient();
        using var forged = Signed("""{"id":"abc"}""", OtherSecret);
        using var old = Signed("""{"id":"abc"}""", _stub.WebhookSecret, TimeProvider.System.GetUtcNow().AddMinutes(-10));
        using var unsigned = new HttpRequestMessage(HttpMethod.Post, Hook) { Content = new StringContent("{}") };
        using var changed = Signed("""{"id":"abc"}""", _stub.WebhookSecret);
        changed.Content = new StringContent("""{"id": "abc"}""", Encoding.UTF8, "application/json");

        foreach (var request in new[] { forged, old, unsigned, changed })
        {
            await (await client.SendAsync(request)).ProblemAsync(401, "Unauthorized");
        }
    }

    [TestCase("")]
    [TestCase("?slot=019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44")]
    [TestCase("?slot=none")]
    public async Task Receive_WhenThePredictionIsUnknown_IsAcceptedAllTheSame(string query)
    {
        using var api = Start();
        using var request = Signed("""{"id":"abcdefghijklmnop","status":"succeeded"}""", _stub.WebhookSecret, query: query);

        (await api.CreateClient().SendAsync(request)).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Receive_WhenTheBodyIsNoPrediction_IsAcceptedAllTheSame([Values("", "[]", "not JSON")] string body)
    {
        using var api = Start();
        using var request = Signed(body, _stub.WebhookSecret);

        (await api.CreateClient().SendAsync(request)).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Receive_WhenApiKeysAreConfigured_NeedsNone()
    {
        using var api = Start(("API_KEY", "a-secret-of-clients"));
        using var client = api.CreateClient();
        using var request = Signed("""{"id":"abcdefghijklmnop"}""", _stub.WebhookSecret);

        (await client.SendAsync(request)).AssertStatus(HttpStatusCode.NoContent);
        await (await client.GetAsync("/api/mv/generations")).ProblemAsync(401, "Unauthorized");
    }

    [Test]
    public async Task Receive_WhenOnlyLoopbackNamesAreAllowed_AllowsThePublicHostForTheHookAlone()
    {
        using var api = Start();
        using var client = api.CreateClient();
        using var hook = Signed("""{"id":"abcdefghijklmnop"}""", _stub.WebhookSecret);
        hook.Headers.Host = "refs.example.org";
        using var elsewhere = Signed("""{"id":"abcdefghijklmnop"}""", _stub.WebhookSecret);
        elsewhere.Headers.Host = "example.org";
        using var other = new HttpRequestMessage(HttpMethod.Get, "/api/mv/generations") { Headers = { Host = "refs.example.org" } };

        (await client.SendAsync(hook)).AssertStatus(HttpStatusCode.NoContent);
        await (await client.SendAsync(elsewhere)).ProblemAsync(403, "Forbidden");
        await (await client.SendAsync(other)).ProblemAsync(403, "Forbidden");
    }

    [Test]
    public async Task Receive_WhenTheBodyIsOverOneMebibyte_IsPayloadTooLarge()
    {
        using var api = Start();
        api.ListenOnLoopback();
        using var client = api.CreateClientThatAsks();
        using var fits = Signed(new string(' ', 1 << 20), _stub.WebhookSecret);
        using var tooLarge = Signed(new string(' ', (1 << 20) + 1), _stub.WebhookSecret);

        (await client.SendAsync(fits)).AssertStatus(HttpStatusCode.NoContent);
        await (await client.SendAsync(tooLarge)).ProblemAsync(413, "PayloadTooLarge");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Receive_WhenThePredictionRunsHere_WakesIt(bool namesTheSlot)
    {
        _stub.ByDefault(p => p.Starting());
        using var api = Start(s_slow);
        using var client = api.CreateClient();
        var started = await RunningAsync(client);
        var prediction = _stub.Predictions.Single();
        prediction.Script.Succeeded();

        await NotifyAsync(client, "succeeded", namesTheSlot: namesTheSlot);
        var done = await client.UntilFinalAsync(started);

        Assert.That(done.Text("status"), Is.EqualTo("succeeded"));
        Assert.That(prediction.Webhook, Does.StartWith("https://refs.example.org/api/mv/hooks/replicate?slot="));
    }

    [Test]
    public async Task Receive_WhenTheImageIsStoredAlready_ChangesNothing()
    {
        _stub.ByDefault(p => p.Succeeded());
        using var api = Start();
        using var client = api.CreateClient();
        var done = await client.UntilFinalAsync(await client.StartedAsync(s_oneRobot));
        var reads = _stub.GetCount;

        foreach (var status in new[] { "succeeded", "failed", "canceled", "processing" })
        {
            await NotifyAsync(client, status);
        }

        await AssertUnchangedAsync(client, done);
        Assert.That(_stub.GetCount, Is.EqualTo(reads), "nobody waits for it");
    }

    [Test]
    public async Task Receive_WhenTheGenerationWasCanceled_ChangesNothing()
    {
        _stub.ByDefault(p => p.Starting());
        using var api = Start(s_slow);
        using var client = api.CreateClient();
        var started = await RunningAsync(client);
        (await client.PostAsync(started.UrlOf("cancel"), null)).AssertStatus(HttpStatusCode.OK);
        var canceled = await client.UntilFinalAsync(started);

        await NotifyAsync(client, "succeeded");
        await NotifyAsync(client, "canceled");

        await AssertUnchangedAsync(client, canceled);
        Assert.That(canceled.Text("status"), Is.EqualTo("canceled"));
        Assert.That(canceled.GetProperty("images").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Receive_WhenTheSameMessageComesAgain_StoresTheImageOnce()
    {
        _stub.ByDefault(p => p.Starting());
        using var api = Start(s_slow);
        using var client = api.CreateClient();
        var started = await RunningAsync(client);
        _stub.Predictions.Single().Script.Succeeded();

        // One id, timestamp and signature, as a sender sends it again when it did not see the response.
        var at = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NotifyAsync(client, "succeeded", at)));
        var done = await client.UntilFinalAsync(started);
        await NotifyAsync(client, "succeeded", at);

        await AssertUnchangedAsync(client, done);
        Assert.That(done.Text("status"), Is.EqualTo("succeeded"));
        Assert.That(_stub.Creates, Has.Count.EqualTo(1));
        var images = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(images.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Receive_WhenItSaysWhatThePredictionIsNotYet_GoesByThePrediction()
    {
        _stub.ByDefault(p => p.Starting());
        using var api = Start(s_slow);
        using var client = api.CreateClient();
        var started = await RunningAsync(client);
        var reads = _stub.GetCount;

        // The end is reported before the start, and before Replicate's own record shows it.
        await NotifyAsync(client, "succeeded");
        Assert.That(() => _stub.GetCount, Is.GreaterThan(reads).After(60_000, 10));
        var early = await client.UntilAsync(started, _ => true);
        _stub.Predictions.Single().Script.Succeeded();
        await NotifyAsync(client, "starting");
        var done = await client.UntilFinalAsync(started);
        await NotifyAsync(client, "processing");

        Assert.That(early.GetProperty("slots")[0].Text("state"), Is.EqualTo("running"));
        Assert.That(done.Text("status"), Is.EqualTo("succeeded"));
        await AssertUnchangedAsync(client, done);
    }

    private static HttpRequestMessage Signed(string body, string secret, DateTimeOffset? at = null, string query = "")
    {
        var timestamp = StandardWebhook.TimestampOf(at ?? TimeProvider.System.GetUtcNow());
        return new HttpRequestMessage(HttpMethod.Post, Hook + query)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { StandardWebhook.IdHeader, "msg_1" },
                { StandardWebhook.TimestampHeader, timestamp },
                { StandardWebhook.SignatureHeader, StandardWebhook.Parse(secret)!.Sign("msg_1", timestamp, Encoding.UTF8.GetBytes(body)) },
            },
        };
    }

    private static async Task<JsonElement> RunningAsync(HttpClient client) => await client.UntilAsync(
        await client.StartedAsync(s_oneRobot), generation => generation.GetProperty("slots")[0].Text("state") == "running");

    private static async Task AssertUnchangedAsync(HttpClient client, JsonElement generation) =>
        Assert.That((await client.UntilAsync(generation, _ => true)).GetRawText(), Is.EqualTo(generation.GetRawText()));

    /// <summary>Sends the webhook of the only prediction, which is accepted.</summary>
    private async Task NotifyAsync(HttpClient client, string status, DateTimeOffset? at = null, bool namesTheSlot = true)
    {
        var prediction = _stub.Predictions.Single();
        var query = namesTheSlot ? new Uri(prediction.Webhook!).Query : "";
        using var request = Signed($$"""{"id":"{{prediction.Id}}","status":"{{status}}"}""", _stub.WebhookSecret, at, query);
        (await client.SendAsync(request)).AssertStatus(HttpStatusCode.NoContent);
    }

    private ApiFactory Start(params (string, string)[] settings)
    {
        var api = ApiFactory.With(_stub, settings: [("PUBLIC_BASE_URL", "https://refs.example.org"), .. settings]);
        api.Clock = TimeProvider.System;
        return api;
    }
}
