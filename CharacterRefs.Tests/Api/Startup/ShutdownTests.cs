using System.Net;
using System.Net.Sockets;
using System.Text;
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
        using var live = await client.GetAsync("/health/live");
        live.AssertStatus(HttpStatusCode.OK);
        Assert.That((before.Headers.ConnectionClose, live.Headers.ConnectionClose), Is.EqualTo(((bool?)null, true)));
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

    [Test]
    public async Task Stop_WhileARequestDoesNotEnd_LeavesRunningPredictionsInTimeAndSendsNoMore()
    {
        using var directory = new TempDirectory();
        await using var stub = await ReplicateStub.StartAsync();
        stub.ByDefault(prediction => prediction.NeverEnds());
        using var api = ApiProcess.Start(
            directory.FullPath, [("GENERATION_CONCURRENCY", "1"), ("SHUTDOWN_TIMEOUT", "3"), .. stub.Variables.Select(one => (one.Key, one.Value!))]);
        using var client = await api.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            (await client.GenerateAsync(s_body, prefer: "respond-async")).AssertStatus(HttpStatusCode.Accepted);
        }

        // The web server waits for the rest of this body until the time for the stop is over.
        using var upload = new TcpClient();
        await upload.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        await upload.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/mv/upload_character_reference HTTP/1.1\r\nHost: {client.BaseAddress.Authority}\r\nContent-Length: 1000\r\n"
            + "Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n\r\n"));
        Assert.That(await upload.GetStream().ReadAsync(new byte[8]), Is.Positive, "the service reads the body");
        await Condition.UntilAsync(() => stub.Creates.Count == 1);

        Assert.That(await api.StopAsync(), Is.Zero, api.Log);
        Assert.That(stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stop_WhenAPaidRequestHasNoResponse_EndsInTimeWithTheExitCodeOfWorkThatWasCut()
    {
        using var directory = new TempDirectory();
        await using var stub = await ReplicateStub.StartAsync();
        stub.ByDefault(prediction => prediction.Stalls());
        using var api = ApiProcess.Start(directory.FullPath, [("SHUTDOWN_TIMEOUT", "1"), .. stub.Variables.Select(one => (one.Key, one.Value!))]);
        using var client = await api.ConnectAsync();
        (await client.GenerateAsync(s_body, prefer: "respond-async")).AssertStatus(HttpStatusCode.Accepted);
        await Condition.UntilAsync(() => stub.Creates.Count == 1);

        Assert.That(await api.StopAsync(), Is.EqualTo(75), api.Log);
        Assert.That(api.Log, Does.Contain("The stop interrupted 1 generations"));
    }
}
