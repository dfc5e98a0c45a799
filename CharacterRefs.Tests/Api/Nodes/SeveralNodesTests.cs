using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Webhooks;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;
using CharacterRefs.Tests.Support.Webhooks;
using Microsoft.AspNetCore.Mvc.Testing;

namespace CharacterRefs.Tests.Api.Nodes;

/// <summary>Two services on one PostgreSQL and one S3 server, each with a data directory of its own, as on machines of their own.</summary>
[Category("Integration")]
internal sealed class SeveralNodesTests
{
    private static readonly object s_robot = new { character_description = "A robot", num_images = 1, include_base64 = false };

    private readonly List<ApiFactory> _nodes = [];
    private readonly List<HttpClient> _clients = [];
    private string? _database;
    private S3TestBucket? _bucket;
    private ReplicateStub _replicate = null!;

    [SetUp]
    public async Task SetUp()
    {
        _database = await PostgresTestServer.CreateMigratedAsync();
        _bucket = await S3TestServer.CreateBucketAsync();
        _replicate = await ReplicateStub.StartAsync(TimeProvider.System);
        _replicate.ByDefault(prediction => prediction.NeverEnds());
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await (_replicate?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_bucket?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database is null ? Task.CompletedTask : PostgresTestServer.DropAsync(_database));
    }

    [Test]
    public async Task Events_WhenAnotherNodeWorks_ReachWatchersHereAndResumeThere()
    {
        var (here, there) = Start();
        await using var events = await EventReader.OpenAsync(here, "/api/mv/events");
        await UntilAsync(events, _ => true);

        var started = await there.StartedAsync(s_robot);
        await _replicate.SucceedAsync(1);
        var end = await UntilAsync(events, json => json.TryGetProperty("status", out var status) && status.GetString() == "succeeded");
        var first = await there.UploadedIdAsync(TestImages.NoisePng);
        var seen = await UntilAsync(events, json => json.TryGetProperty("id", out var id) && id.GetString() == first);
        Assert.That(end.Json.Text("id"), Is.EqualTo(started.Text("id")));

        var second = await here.UploadedIdAsync(TestImages.Noise(ImageFormat.Jpeg, 64, 64));
        await using var resumed = await EventReader.OpenAsync(there, "/api/mv/events", seen.Id);
        await UntilAsync(resumed, json => json.TryGetProperty("id", out var id) && id.GetString() == second);
    }

    [Test]
    public async Task Events_WhenAnotherNodePersistsAJob_ShowItsProgress()
    {
        var (here, there) = Start();
        await using var events = await EventReader.OpenAsync(here, "/api/mv/events");
        await UntilAsync(events, _ => true);
        var workspace = Directory.CreateDirectory(Path.Join(_nodes[1].JobsRoot, JobScene.Job));
        await File.WriteAllTextAsync(Path.Join(workspace.FullName, "script.json"), "{}");

        await JobScene.DoAsync(there, "assets/persist");

        var job = await UntilAsync(events, json => json.TryGetProperty("job_id", out _) && json.Text("state") == "ended");
        Assert.That(job.Json.GetProperty("files_done").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenFiftyPostsWithOneKeyMeetTwoServices_MakesOneGenerationAndAllGetIt()
    {
        var (here, there) = Start();

        var posts = Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? here : there).GenerateAsync(s_robot, prefer: null, "one-key")).ToList();
        await _replicate.SucceedAsync(1);
        var responses = await Task.WhenAll(posts.Select(async post => await (await post).JsonAsync()));

        Assert.That(responses.Select(response => response.GetProperty("images")[0].Text("id")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_replicate.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenBothServicesSpendTheBudget_StopsAtItsEnd()
    {
        var (here, there) = Start(("MODEL_PRICES", $"{StubModels.FluxPro}=0.04"), ("BUDGET_USD_PER_DAY", "0.10"));

        var posts = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? here : there).GenerateAsync(s_robot, "respond-async")));

        Assert.That(posts.Count(post => post.StatusCode == HttpStatusCode.Accepted), Is.EqualTo(2));
        Assert.That(posts.Count(post => post.StatusCode == HttpStatusCode.PaymentRequired), Is.EqualTo(10));
    }

    [Test]
    public async Task Cancel_WhenAnotherNodeRunsTheGeneration_EndsIt()
    {
        var (here, there) = Start();
        var started = await RunningAsync(here);

        await (await there.PostAsync(started.UrlOf("cancel"), null)).JsonAsync();

        Assert.That((await there.UntilFinalAsync(started)).Text("status"), Is.EqualTo("canceled"));
        Assert.That(_replicate.CancelCount, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task ReplicateHook_WhenAnotherNodeRunsTheGeneration_WakesIt()
    {
        // Nothing but the webhook leads to a read within the time of a test.
        var (here, there) = Start(
            ("PUBLIC_BASE_URL", "https://refs.example.org"), ("REPLICATE_POLL_INTERVAL", "60"), ("REPLICATE_PREFER_WAIT", "0"),
            ("REPLICATE_DEADLINE", "86400"));
        var started = await RunningAsync(here);
        await _replicate.SucceedAsync(1);

        var hook = new Uri(_replicate.Predictions.Single().Webhook!).PathAndQuery;
        var body = """{"status":"succeeded"}"""u8.ToArray();

        // Again and again, because a signal is lost when the other service does not listen yet.
        await Condition.UntilAsync(async () =>
        {
            var (id, timestamp) = ($"msg_{Guid.NewGuid():N}", StandardWebhook.TimestampOf(TimeProvider.System.GetUtcNow()));
            using var request = new HttpRequestMessage(HttpMethod.Post, hook) { Content = new ByteArrayContent(body) };
            request.Headers.Add(StandardWebhook.IdHeader, id);
            request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
            request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Parse(_replicate.WebhookSecret)!.Sign(id, timestamp, body));
            (await there.SendAsync(request)).AssertStatus(HttpStatusCode.NoContent);
            return (await (await here.GetAsync(started.UrlOf("self"))).JsonAsync()).IsFinal();
        });

        Assert.That((await here.UntilFinalAsync(started)).Text("status"), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task Webhook_WhenTheNodeThatSendsItStops_IsSentByTheOtherLongBeforeTheClaimEnds()
    {
        using var end = new CancellationTokenSource();
        await using var receiver = await StubReceiver.StartAsync(
            _ => Task.Delay(Timeout.Infinite, end.Token).ContinueWith(_ => { }, TaskScheduler.Default));
        var (here, _) = Start(
            ("WEBHOOK_URLS", receiver.Url.OriginalString), ("WEBHOOK_SECRET", StubReceiver.Secret), ("WEBHOOK_ALLOW_PRIVATE", "true"));
        var workspace = Directory.CreateDirectory(Path.Join(_nodes[0].JobsRoot, JobScene.Job));
        await File.WriteAllTextAsync(Path.Join(workspace.FullName, "script.json"), "{}");
        await JobScene.DoAsync(here, "assets/persist");
        await Condition.UntilAsync(() => receiver.Received.Count == 1);

        await _nodes[0].DisposeAsync();

        await Condition.UntilAsync(() => receiver.Received.Count == 2, WebhookSender.ClaimTime / 2);
        Assert.That(receiver.Received.Select(received => received.Id).Distinct().Count(), Is.EqualTo(1));
        await end.CancelAsync();
    }

    [Test]
    public async Task SignedUrlsAndCookies_WhenAnotherNodeMadeThem_AreTheSame()
    {
        var (here, there) = Start(("API_KEY", "sesame"));
        var image = await here.UploadedIdAsync(TestImages.NoisePng);
        await Condition.UntilAsync(async () => (await BucketScene.CopyAsync(here, image)).Text("state") == "stored");

        // The same within a window, which may end between two requests.
        await Condition.UntilAsync(async () =>
        {
            var before = await PresignAsync(here, image);
            var other = await PresignAsync(there, image);
            return before == other && before == await PresignAsync(here, image);
        });

        using var login = await here.PostAsync("/api/mv/session", null);
        using var foreign = _nodes[1].CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false });
        foreign.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        (await foreign.GetAsync($"/api/mv/character_references/{image}/content")).AssertStatus(HttpStatusCode.OK);
        Assert.That(_nodes.SelectMany(node => Directory.EnumerateFiles(node.DataRoot, "*.key")), Is.Empty, "no key of one service alone");
    }

    private static async Task<string> PresignAsync(HttpClient client, string image)
    {
        var list = await (await client.PostAsJsonAsync("/api/mv/character_references/urls", new { image_ids = new[] { image } })).JsonAsync();
        return list.GetProperty("items")[0].Text("url");
    }

    private static async Task<(long Id, JsonElement Json)> UntilAsync(EventReader events, Func<JsonElement, bool> condition)
    {
        while (await events.NextAsync() is { } next)
        {
            if (next.Data.Length > 0)
            {
                using var json = JsonDocument.Parse(next.Data);
                if (condition(json.RootElement))
                {
                    return (long.TryParse(next.EventId, out var id) ? id : 0, json.RootElement.Clone());
                }
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private async Task<JsonElement> RunningAsync(HttpClient client)
    {
        var started = await client.StartedAsync(s_robot);
        return await client.UntilAsync(started, json => json.GetProperty("slots")[0].Text("state") == "running");
    }

    private (HttpClient Here, HttpClient There) Start(params (string, string)[] settings) => (StartOne(settings), StartOne(settings));

    private HttpClient StartOne((string Name, string Value)[] settings)
    {
        (string, string)[] variables =
        [
            .. _bucket!.Variables(_bucket.Options.Endpoint!), .. _replicate.Variables.Select(variable => (variable.Key, variable.Value!)),
            ("IMAGE_GENERATOR", "replicate"), ("CATALOG", "postgres"), ("DATABASE_URL", _database!), .. settings,
        ];
        var node = new ApiFactory(null, variables);
        _nodes.Add(node);
        var client = node.CreateClient();
        if (settings.FirstOrDefault(setting => setting.Name == "API_KEY").Value is { } key)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        _clients.Add(client);
        return client;
    }
}
