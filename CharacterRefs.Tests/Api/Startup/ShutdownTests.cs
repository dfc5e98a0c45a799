using System.Net;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Startup;

/// <summary>What clients see of a service that is stopped by a signal.</summary>
[Category("Integration")]
internal sealed class ShutdownTests
{
    private static readonly object s_body = new { character_description = "a knight", num_images = 1 };

    [Test]
    public async Task Stop_WithADelay_IsNotReadyAtOnceAndServesUntilTheDelayEnds()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("SHUTDOWN_DELAY", "600"));
        using var client = await api.ConnectAsync();
        await using var events = await EventReader.OpenAsync(client, "/api/mv/events");
        using var before = await client.GetAsync("/health/ready");

        await api.TerminateAsync();
        await Condition.UntilAsync(async () => (await client.GetAsync("/health/ready")).StatusCode is HttpStatusCode.ServiceUnavailable);

        before.AssertStatus(HttpStatusCode.OK);
        (await client.GetAsync("/health/live")).AssertStatus(HttpStatusCode.OK);
        Assert.That(await client.UploadedIdAsync(TestImages.NoisePng), Is.Not.Empty);
        (await client.GenerateAsync(s_body, prefer: null)).AssertStatus(HttpStatusCode.OK);

        Assert.That(await api.StopAsync(), Is.Zero, api.Log); // a second signal ends the delay
        while (await events.NextAsync() is not null)
        {
            // The stream ends with the service, so that its client reconnects.
        }
    }

    [Test]
    public async Task Stop_WhenAClientWaitsAndNodesShareTheCatalog_IsAcceptedForAnotherNode()
    {
        await using var scene = await SharedCatalogScene.SetUpAsync();
        await using var stub = await ReplicateStub.StartAsync();
        stub.ByDefault(prediction => prediction.NeverEnds());
        using var api = scene.Start(scene.NewRoot(), [("IMAGE_GENERATOR", "replicate"), .. stub.Variables.Select(one => (one.Key, one.Value!))]);
        using var client = await api.ConnectAsync();

        var waiting = client.GenerateAsync(s_body, prefer: null);
        await Condition.UntilAsync(() => stub.Creates.Count == 1);
        var exitCode = await api.StopAsync();

        using var accepted = await waiting;
        accepted.AssertStatus(HttpStatusCode.Accepted);
        Assert.That(accepted.Headers.Location?.OriginalString, Is.EqualTo((await accepted.JsonAsync()).UrlOf("self")));
        Assert.That(exitCode, Is.Zero, api.Log);
    }
}
