using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class GenerationEventsTests
{
    private const string AllEvents = "/api/mv/events";

    private ReplicateStub _stub = null!;

    [SetUp]
    public async Task StartStub()
    {
        _stub = await ReplicateStub.StartAsync(new FastTimeProvider(10));
        _stub.ByDefault(p => p.NeverEnds());
    }

    [TearDown]
    public async Task StopStub()
    {
        Assert.That(_stub.Faults, Is.Empty);
        await _stub.DisposeAsync();
    }

    [Test]
    public async Task GetGenerationEvents_WhenItRuns_StreamsASnapshotThenEveryChangeAndEnds()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body(2));
        await using var events = await EventReader.OpenAsync(client, started.UrlOf("events"));

        var first = await events.NextGenerationAsync();
        await _stub.SucceedAsync(2);
        var rest = await events.RestAsync();

        var all = rest.Prepend(first!.Value).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Value.Generation.Text("id"), Is.EqualTo(started.Text("id")));
            Assert.That(first.Value.Generation.IsFinal(), Is.False);
            Assert.That(all.Select(change => change.Id), Is.EqualTo(all.Select(change => $"{Revision(change.Generation)}")));
            Assert.That(all.Select(change => Revision(change.Generation)), Is.Ordered.And.Unique);
            Assert.That(all[^1].Generation.Text("status"), Is.EqualTo("succeeded"));
            Assert.That(all[^1].Generation.GetProperty("images").GetArrayLength(), Is.EqualTo(2));
            Assert.That(all[^1].Generation.GetRawText(), Is.EqualTo((await client.UntilFinalAsync(started)).GetRawText()), "each event is the whole resource");
            Assert.That(all.SkipLast(1).Select(change => change.Generation.IsFinal()), Is.All.False);
        }
    }

    [Test]
    public async Task GetGenerationEvents_WhenItIsFinal_StreamsOneEventAndEnds()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var done = await DoneAsync(client);
        await using var events = await EventReader.OpenAsync(client, done.UrlOf("events"));

        Assert.That((await events.RestAsync()).Select(change => change.Id), Is.EqualTo([$"{Revision(done)}"]));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task GetGenerationEvents_WhenTheClientResumes_StreamsOnlyWhatIsNew(bool inTheQuery)
    {
        using var api = Start();
        using var client = api.CreateClient();
        var done = await DoneAsync(client);
        await using var behind = await OpenAsync(Revision(done) - 1);
        await using var current = await OpenAsync(Revision(done));
        await using var elsewhere = await OpenAsync(1795981237799071); // an id of all events

        Assert.That((await behind.RestAsync()).Select(change => change.Id), Is.EqualTo([$"{Revision(done)}"]));
        Assert.That((await elsewhere.RestAsync()).Select(change => change.Id), Is.EqualTo([$"{Revision(done)}"]));
        Assert.That(await current.RestAsync(), Is.Empty);

        Task<EventReader> OpenAsync(long revision) => inTheQuery
            ? EventReader.OpenAsync(client, $"{done.UrlOf("events")}?last_event_id={revision}")
            : EventReader.OpenAsync(client, done.UrlOf("events"), revision);
    }

    [Test]
    public async Task GetGenerationEvents_WhenItCannotBeStreamed_IsAProblem()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var unknown = $"/api/mv/generations/{Guid.NewGuid()}/events";

        await (await client.GetAsync(unknown)).ProblemAsync(404, "NotFound");
        await (await client.GetAsync("/api/mv/generations/none/events")).ProblemAsync(400, "ValidationError");
        await (await client.GetAsync($"{unknown}?last_event_id=x")).ProblemAsync(400, "ValidationError");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task GetEvents_WhenOpened_ForbidsProxiesToBufferThem(bool ofOne)
    {
        using var api = Start();
        using var client = api.CreateClient();
        var url = ofOne ? (await client.StartedAsync(Body())).UrlOf("events") : AllEvents;

        await using var events = await EventReader.OpenAsync(client, url);

        Assert.That(events.Response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(events.Response.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(events.Response.Header("X-Accel-Buffering"), Is.EqualTo("no"));
        Assert.That(events.Response.Headers.ConnectionClose, Is.True);
    }

    [Test]
    public async Task GetEvents_WhenNothingChanges_SendsPings()
    {
        using var api = Start();
        using var client = api.CreateClient();
        await using var events = await EventReader.OpenAsync(client, AllEvents);

        Assert.That(((await events.NextAsync())!.Value.EventType, (await events.NextAsync())!.Value.EventType), Is.EqualTo(("ping", "ping")));
    }

    [Test]
    public async Task GetEvents_WhenGenerationsChange_StreamsTheOpenOnesThenEveryChange()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var open = await client.StartedAsync(Body());
        await using var events = await EventReader.OpenAsync(client, AllEvents);
        var first = (await events.NextGenerationAsync())!.Value.Generation;

        var second = await client.StartedAsync(Body());
        await _stub.SucceedAsync(2);
        var final = new Dictionary<string, JsonElement>();
        while (final.Count < 2)
        {
            var change = (await events.NextGenerationAsync())!.Value.Generation;
            if (change.IsFinal())
            {
                final[change.Text("id")] = change;
            }
        }

        Assert.That(first.Text("id"), Is.EqualTo(open.Text("id")));
        Assert.That(final.Keys, Is.EquivalentTo([open.Text("id"), second.Text("id")]));
        Assert.That(final.Values.Select(generation => generation.GetProperty("images").GetArrayLength()), Is.All.EqualTo(1));
    }

    [Test]
    public async Task GetEvents_WhenAGenerationIsQueued_StreamsItAtOnce()
    {
        using var api = Start(("GENERATION_CONCURRENCY", "1"));
        using var client = api.CreateClient();
        await client.StartedAsync(Body());
        await using var events = await EventReader.OpenAsync(client, AllEvents);
        await NextAsync(events, "ping");

        var queued = await client.StartedAsync(Body());

        while ((await events.NextGenerationAsync())!.Value.Generation.Text("id") != queued.Text("id"))
        {
        }
    }

    [Test]
    public async Task GetEvents_WhenImagesAreGeneratedAndUploaded_StreamsTheirRecords()
    {
        using var api = Start();
        using var client = api.CreateClient();
        await using var events = await EventReader.OpenAsync(client, AllEvents);
        await NextAsync(events, "ping");

        var generated = (await DoneAsync(client)).GetProperty("images")[0].Text("id");
        var first = await NextAsync(events, "image");
        var uploaded = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        var second = await NextAsync(events, "image");

        Assert.That((first.Data.Text("id"), first.Data.Text("origin")), Is.EqualTo((generated, "generated")));
        Assert.That((second.Data.Text("id"), second.Data.Text("origin")), Is.EqualTo((uploaded, "uploaded")));
        Assert.That(
            WithoutColor(second.Data),
            Is.EqualTo(WithoutColor(await (await client.GetAsync($"/api/mv/character_references/{uploaded}")).JsonAsync())),
            "each event is the whole record");

        // It is filled in with the thumb, which may be rendered in between.
        static string WithoutColor(JsonElement record)
        {
            var members = JsonObject.Create(record)!;
            Assert.That(members.Remove("dominant_color"), Is.True);
            return members.ToJsonString();
        }
    }

    [Test]
    public async Task GetEvents_WhenAJobIsPersisted_StreamsItsProgressAndItsEnd()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var file = Path.Join(api.JobsRoot, "video-42", "final", "movie.mp4");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "movie");
        await using var events = await EventReader.OpenAsync(client, AllEvents);
        await NextAsync(events, "ping");

        (await client.PostAsync("/api/mv/jobs/video-42/assets/persist", null)).AssertStatus(HttpStatusCode.OK);

        JsonElement job;
        do
        {
            job = (await NextAsync(events, "job")).Data;
            Assert.That((job.Text("job_id"), job.Text("operation")), Is.EqualTo(("video-42", "persist")));
        }
        while (job.Text("state") != "ended");
        Assert.That(
            new[] { "files_done", "files", "bytes_done", "bytes" }.Select(name => job.GetProperty(name).GetInt64()), Is.EqualTo([1, 1, 5, 5]));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task GetEvents_WhenTheClientResumes_StreamsOnlyWhatIsNew(bool inTheQuery)
    {
        using var api = Start();
        using var client = api.CreateClient();
        long last;
        await using (var before = await EventReader.OpenAsync(client, AllEvents))
        {
            await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
            last = long.Parse((await NextAsync(before, "image")).Id!, CultureInfo.InvariantCulture);
        }

        var started = await client.StartedAsync(Body());
        var missed = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await using var events = inTheQuery
            ? await EventReader.OpenAsync(client, $"{AllEvents}?last_event_id={last}")
            : await EventReader.OpenAsync(client, AllEvents, last);

        // In any order: only the newest state of the generation is kept, and it may have changed after the upload.
        var seen = new Dictionary<string, string>();
        while (seen.Count < 2)
        {
            var next = (await events.NextAsync())!.Value;
            seen.TryAdd(next.EventType, JsonDocument.Parse(next.Data).RootElement.Text("id"));
        }

        Assert.That(
            seen,
            Is.EquivalentTo(new Dictionary<string, string> { ["generation"] = started.Text("id"), ["image"] = missed }),
            "the image before is not sent again");
    }

    [Test]
    public async Task GetEvents_WhenAGenerationIsSentAgainAfterItsUrlsExpired_SignsThemAgain()
    {
        _stub.ByDefault(p => p.Succeeded());
        using var api = Start(("SERVE_FROM_CLOUD", "true"));
        using var client = api.CreateClient();
        long last;
        JsonElement sent;
        await using (var before = await EventReader.OpenAsync(client, AllEvents))
        {
            last = long.Parse((await NextAsync(before, "ping")).Id!, CultureInfo.InvariantCulture);
            await client.StartedAsync(Body());
            do
            {
                sent = (await before.NextGenerationAsync())!.Value.Generation;
            }
            while (!sent.IsFinal());
        }

        // On a busy machine the event comes before the copy is stored.
        var expired = CloudUrl(await client.UntilAsync(sent, generation => CloudUrl(generation) is not null));
        ((FastTimeProvider)api.Clock!).Skip(TimeSpan.FromHours(2));
        await using var resumed = await EventReader.OpenAsync(client, AllEvents, last);
        var again = (await resumed.NextGenerationAsync())!.Value.Generation;

        Assert.That(Revision(again), Is.EqualTo(Revision(sent)));
        Assert.That(CloudUrl(again), Is.Not.Null);
        (await client.GetAsync(CloudUrl(again))).AssertStatus(HttpStatusCode.OK);
        (await client.GetAsync(expired)).AssertStatus(HttpStatusCode.NotFound);

        static string? CloudUrl(JsonElement generation) => generation.GetProperty("images")[0].GetProperty("cloud_url").GetString();
    }

    [Test]
    public async Task GetEvents_WhenTheServiceWasRestarted_StreamsWhatTheClientMissed()
    {
        using var root = new TempDirectory();
        string missed, orphan;
        long last;
        TimeProvider? clock;
        using (var before = ApiFactory.With(_stub, root.FullPath))
        {
            clock = before.Clock;
            using var client = before.CreateClient();
            await using (var events = await EventReader.OpenAsync(client, AllEvents))
            {
                last = long.Parse((await NextAsync(events, "ping")).Id!, CultureInfo.InvariantCulture);
            }

            missed = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
            orphan = Guid.NewGuid().ToString();
            var file = Directory.GetFiles(root.FullPath, $"{missed}.png", SearchOption.AllDirectories).Single();
            File.Copy(file, file.Replace(missed, orphan, StringComparison.Ordinal));
        }

        using var after = ApiFactory.With(_stub, root.FullPath);
        after.Clock = clock; // it runs fast, and one that stepped back would make the older ids the newer ones
        await using var resumed = await EventReader.OpenAsync(after.CreateClient(), AllEvents, last);

        var origins = new Dictionary<string, string>();
        while (origins.Count < 2)
        {
            var image = (await NextAsync(resumed, "image")).Data;
            origins[image.Text("id")] = image.Text("origin");
        }

        Assert.That(origins, Is.EquivalentTo(new Dictionary<string, string> { [missed] = "uploaded", [orphan] = "adopted" }));
    }

    [Test]
    public async Task GetEvents_WhenTheIdIsNotANumber_IsAProblem()
    {
        using var api = Start();

        await (await api.CreateClient().GetAsync($"{AllEvents}?last_event_id=x")).ProblemAsync(400, "ValidationError");
    }

    [Test]
    public async Task GetEvents_WhenTheClientHasAsManyAsAllowed_IsRateLimitedUntilOneCloses()
    {
        using var api = Start(("EVENT_STREAMS_PER_CLIENT", "1"));
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body());
        await using (await EventReader.OpenAsync(client, AllEvents))
        {
            client.DefaultRequestHeaders.Add("X-API-Key", "of-my-own"); // no key is configured, so this is no other client
            var rejected = await client.GetAsync(started.UrlOf("events"));

            await rejected.ProblemAsync(429, "RateLimited");
            Assert.That(rejected.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        Assert.That(
            async () =>
            {
                using var response = await client.GetAsync(started.UrlOf("events"), HttpCompletionOption.ResponseHeadersRead);
                return (int)response.StatusCode;
            },
            Is.EqualTo(200).After(30_000, 20));
    }

    [Test]
    public async Task Stop_WhenStreamsAreOpen_EndsThem()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body());
        await using var one = await EventReader.OpenAsync(client, started.UrlOf("events"));
        await using var all = await EventReader.OpenAsync(client, AllEvents);
        await one.NextGenerationAsync();
        await all.NextGenerationAsync();

        api.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await one.RestAsync();
        await all.RestAsync();
    }

    /// <summary>The next event of this type.</summary>
    private static async Task<(string? Id, JsonElement Data)> NextAsync(EventReader events, string type)
    {
        while (await events.NextAsync() is { } next)
        {
            if (next.EventType == type)
            {
                return (next.EventId, JsonDocument.Parse(next.Data).RootElement.Clone());
            }
        }

        throw new AssertionException($"The stream ended without an event {type}.");
    }

    private static object Body(int numImages = 1) => new { character_description = "A robot", num_images = numImages };

    private static long Revision(JsonElement generation) => generation.GetProperty("revision").GetInt64();

    private ApiFactory Start(params (string, string)[] settings) => ApiFactory.With(_stub, settings: [("REPLICATE_DEADLINE", "86400"), .. settings]);

    private async Task<JsonElement> DoneAsync(HttpClient client)
    {
        _stub.ByDefault(p => p.Succeeded());
        return await client.UntilFinalAsync(await client.StartedAsync(Body()));
    }
}
