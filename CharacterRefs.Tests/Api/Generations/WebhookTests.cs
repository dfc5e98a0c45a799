using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Webhooks;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class WebhookTests
{
    private static readonly object s_twoRobots = new { character_description = "A robot", num_images = 2 };

    [Test]
    public async Task Persist_WhenAReceiverIsConfigured_IsReportedToIt()
    {
        await using var receiver = await StubReceiver.StartAsync();
        using var api = new ApiFactory(null, Settings(receiver));
        Directory.CreateDirectory(Path.Join(api.JobsRoot, "robot-film", "scenes"));
        await File.WriteAllTextAsync(Path.Join(api.JobsRoot, "robot-film", "scenes", "1.mp4"), "scene");

        using var response = await api.CreateClient().PostAsync("/api/mv/jobs/robot-film/assets/persist", null);

        Assert.That(response.IsSuccessStatusCode, Is.True);
        await Condition.UntilAsync(() => receiver.Received.Count > 0);
        using var body = JsonDocument.Parse(receiver.Received.Single().Body);
        Assert.That(body.RootElement.GetProperty("type").GetString(), Is.EqualTo("job.persisted"));
        Assert.That(body.RootElement.GetProperty("data").GetProperty("job_id").GetString(), Is.EqualTo("robot-film"));
    }

    [Test]
    public async Task Generate_WhenItEnds_IsReportedOnceWithItsEnd()
    {
        await using var receiver = await StubReceiver.StartAsync();
        await using var stub = await ReplicateStub.StartAsync(new FastTimeProvider(10));
        using var api = ApiFactory.With(stub, settings: [("REPLICATE_DEADLINE", "86400"), .. Settings(receiver)]);
        using var client = api.CreateClient();

        stub.Script(p => p.Succeeded()).Script(p => p.Succeeded());
        var succeeded = await client.UntilFinalAsync(await client.StartedAsync(s_twoRobots));
        stub.Script(p => p.Succeeded()).Script(p => p.Failed("It broke."));
        var partial = await client.UntilFinalAsync(await client.StartedAsync(s_twoRobots));
        stub.Script(p => p.Failed("It broke.")).Script(p => p.Failed(PredictionScript.Sensitive));
        var failed = await client.UntilFinalAsync(await client.StartedAsync(s_twoRobots));
        stub.Script(p => p.Succeeded()).Script(p => p.NeverEnds());
        var running = await client.StartedAsync(s_twoRobots);
        await client.UntilAsync(running, generation => generation.GetProperty("images").GetArrayLength() == 1);
        await client.PostAsync(running.UrlOf("cancel"), null);
        var canceled = await client.UntilFinalAsync(running);

        await Condition.UntilAsync(() => receiver.Received.Count >= 4);
        Assert.That(receiver.Received.Select(webhook => webhook.Id), Is.Unique);
        var reported = receiver.Received.Select(webhook => JsonDocument.Parse(webhook.Body).RootElement)
            .ToDictionary(body => body.GetProperty("data").Text("id")); // throws when one came twice
        Assert.That(reported, Has.Count.EqualTo(4));
        AssertReported("succeeded", succeeded, images: 2);
        AssertReported("partial", partial, images: 1);
        AssertReported("failed", failed, images: 0);
        AssertReported("canceled", canceled, images: 1);

        void AssertReported(string status, JsonElement generation, int images)
        {
            var body = reported[generation.Text("id")];
            var data = body.GetProperty("data");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(body.EnumerateObject().Select(member => member.Name), Is.EquivalentTo(["type", "timestamp", "data"]));
                Assert.That(body.Text("type"), Is.EqualTo($"generation.{status}"));
                Assert.That(Time(body, "timestamp"), Is.GreaterThanOrEqualTo(Time(generation, "completed_at")));
                Assert.That(
                    data.EnumerateObject().Select(member => member.Name),
                    Is.EquivalentTo(["id", "status", "url", "model_used", "image_ids", "failures"]));
                Assert.That((data.Text("status"), generation.Text("status")), Is.EqualTo((status, status)));
                Assert.That(data.Text("url"), Is.EqualTo(generation.UrlOf("self")));
                Assert.That(data.Text("model_used"), Is.EqualTo(generation.Text("model_used")));
                Assert.That(
                    data.GetProperty("image_ids").EnumerateArray().Select(id => id.GetString()),
                    Is.EqualTo(generation.GetProperty("images").EnumerateArray().Select(image => image.Text("id"))).And.Exactly(images).Items);
                Assert.That(Failures(data), Is.EqualTo(Failures(generation)).And.Exactly(2 - images).Items);
            }
        }

        static DateTimeOffset Time(JsonElement json, string name) => json.GetProperty(name).GetDateTimeOffset();

        static IEnumerable<(int, string, string)> Failures(JsonElement json) => json.GetProperty("failures").EnumerateArray()
            .Select(failure => (failure.GetProperty("index").GetInt32(), failure.Text("error"), failure.Text("detail")));
    }

    [Test]
    public async Task DebugConfiguration_WhenAReceiverIsConfigured_ShowsNeitherUrlNorSecret()
    {
        await using var receiver = await StubReceiver.StartAsync();
        using var api = new ApiFactory(null, Settings(receiver));

        var text = await api.CreateClient().GetStringAsync("/api/mv/config/debug");

        Assert.That(text, Does.Contain("WEBHOOK_URLS").And.Not.Contain("path-secret").And.Not.Contain(StubReceiver.Secret));
    }

    private static (string Name, string Value)[] Settings(StubReceiver receiver) =>
        [("WEBHOOK_URLS", receiver.Url.AbsoluteUri), ("WEBHOOK_SECRET", StubReceiver.Secret), ("WEBHOOK_ALLOW_PRIVATE", "true")];
}
