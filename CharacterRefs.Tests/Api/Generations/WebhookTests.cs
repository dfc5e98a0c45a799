using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Webhooks;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class WebhookTests
{
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
