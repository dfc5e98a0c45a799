using System.Text.Json;
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
        _stub = await ReplicateStub.StartAsync(new FastTimeProvider(50));
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

        Assert.That((await behind.RestAsync()).Select(change => change.Id), Is.EqualTo([$"{Revision(done)}"]));
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
    public async Task GetEvents_WhenOpened_TellsProxiesNotToKeepThem(bool ofOne)
    {
        using var api = Start();
        using var client = api.CreateClient();
        var url = ofOne ? (await client.StartedAsync(Body())).UrlOf("events") : AllEvents;

        await using var events = await EventReader.OpenAsync(client, url);

        Assert.That(events.Response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(events.Response.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(events.Response.Header("X-Accel-Buffering"), Is.EqualTo("no"));
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
    public async Task GetEvents_WhenTheClientHasAsManyAsAllowed_IsRateLimitedUntilOneCloses()
    {
        using var api = Start(("EVENT_STREAMS_PER_CLIENT", "1"));
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body());
        await using (await EventReader.OpenAsync(client, AllEvents))
        {
            var refused = await client.GetAsync(started.UrlOf("events"));

            await refused.ProblemAsync(429, "RateLimited");
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
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

    private static object Body(int numImages = 1) => new { character_description = "A robot", num_images = numImages };

    private static long Revision(JsonElement generation) => generation.GetProperty("revision").GetInt64();

    private ApiFactory Start(params (string, string)[] settings) => ApiFactory.With(_stub, settings: [("REPLICATE_DEADLINE", "86400"), .. settings]);

    private async Task<JsonElement> DoneAsync(HttpClient client)
    {
        _stub.ByDefault(p => p.Succeeded());
        return await client.UntilFinalAsync(await client.StartedAsync(Body()));
    }
}
