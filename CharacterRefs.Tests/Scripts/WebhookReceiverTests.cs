using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Webhooks;

namespace CharacterRefs.Tests.Scripts;

/// <summary>The two receivers of docs/webhooks.md, run against what the service sends and against forgeries.</summary>
[Category("Integration")]
internal sealed partial class WebhookReceiverTests
{
    [Test]
    public void Document_WhenRead_HasTheReceiverThatIsTested()
    {
        var source = SourceTree.Read("CharacterRefs.Tests/Scripts/WebhookReceiver.cs");
        var lines = source.Split("// docs/webhooks.md begins\n")[1].Split("    // docs/webhooks.md ends")[0].Split('\n');

        var code = string.Join('\n', lines.Select(line => line.Length > 4 ? line[4..] : line)).Trim();

        Assert.That(Block("csharp"), Is.EqualTo(code));
    }

    [Test]
    public async Task CSharpReceiver_WhenRun_AcceptsWhatIsSentAndNoForgery()
    {
        var receiver = new WebhookReceiver(StubReceiver.Secret);
        await using var server = new LoopbackServer(receiver.ReceiveAsync);
        await server.OpenAsync();

        var id = await AssertVerifiesAsync(new Uri(server.Origin));

        Assert.That(receiver.Received, Is.EquivalentTo(new Dictionary<string, string> { [id] = "job.persisted" }));
    }

    [Test]
    public async Task PythonReceiver_WhenRun_AcceptsWhatIsSentAndNoForgery()
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            Assert.Ignore("There is no /usr/bin/python3: install python3.");
        }

        var port = LoopbackPort.Free();
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Block("python")])
        {
            Environment = { ["WEBHOOK_SECRET"] = StubReceiver.Secret, ["PORT"] = $"{port}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            await UntilListeningAsync(port, process, errors);

            var id = await AssertVerifiesAsync(new Uri($"http://127.0.0.1:{port}"));

            Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo($"{id} job.persisted"));
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Sends one message as the service does, and forgeries of it.</summary>
    /// <returns>The id of the message.</returns>
    private static async Task<string> AssertVerifiesAsync(Uri url)
    {
        var settings = new WebhookSettings { Urls = [url], Signer = StandardWebhook.Parse(StubReceiver.Secret), AllowPrivate = true };
        await using var scene = await WebhookScene.OpenAsync(settings);
        scene.Catalog.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        await scene.EnqueueAsync();
        var delivery = (await scene.Catalog.Outbox.ClaimAsync(url, scene.Now.AddMinutes(1), 1, CancellationToken.None)).Deliveries.Single();

        var reply = await scene.Client.SendAsync(delivery, CancellationToken.None);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.NoContent), reply.Error);

        var signer = settings.Signer!;
        var (now, late) = (StandardWebhook.TimestampOf(scene.Now), StandardWebhook.TimestampOf(scene.Now.AddMinutes(-6)));
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var right = signer.Sign(delivery.MessageId, now, body);
        Assert.That(await PostAsync(url, delivery.MessageId, now, $"v1,AAAA {right}", body), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await PostAsync(url, delivery.MessageId, now, right, [.. body, (byte)' ']), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await PostAsync(url, "msg_other", now, right, body), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await PostAsync(url, delivery.MessageId, now, right[..^4] + "AAA=", body), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(
            await PostAsync(url, delivery.MessageId, late, signer.Sign(delivery.MessageId, late, body), body), Is.EqualTo(HttpStatusCode.Unauthorized));
        return delivery.MessageId;
    }

    private static async Task<HttpStatusCode> PostAsync(Uri url, string id, string timestamp, string signature, byte[] body)
    {
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(StandardWebhook.SignatureHeader, signature);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static Task UntilListeningAsync(int port, Process process, Task<string> errors) => Condition.UntilAsync(async () =>
    {
        Assert.That(process.HasExited, Is.False, process.HasExited ? await errors : "");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    private static string Block(string language) =>
        CodeBlock().Matches(SourceTree.Read("docs/webhooks.md")).Single(block => block.Groups["language"].Value == language).Groups["code"].Value.Trim();

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
