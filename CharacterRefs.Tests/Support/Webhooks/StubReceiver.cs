using System.Collections.Concurrent;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Webhooks;

/// <summary>A receiver of webhooks on a real loopback port; it responds with 204 unless a test says otherwise.</summary>
internal sealed class StubReceiver : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<RecordedWebhook> _received = [];
    private readonly Func<HttpContext, Task> _respond;

    private StubReceiver(Func<HttpContext, Task>? response)
    {
        _respond = response ?? (context => Task.FromResult(context.Response.StatusCode = 204));
        _server = new LoopbackServer(HandleAsync);
    }

    public string Origin => _server.Origin;

    public int Port => _server.Port;

    public Uri Url => new($"{Origin}/hooks/path-secret?query=secret");

    public IReadOnlyList<RecordedWebhook> Received => [.. _received];

    public WebhookSettings Settings => new() { Urls = [Url], Signer = StandardWebhook.Parse(Secret), AllowPrivate = true };

    public static async Task<StubReceiver> StartAsync(Func<HttpContext, Task>? response = null)
    {
        var receiver = new StubReceiver(response);
        await receiver._server.OpenAsync();
        return receiver;
    }

    public static Task<StubReceiver> StartAsync(int status, string? retryAfter = null, string? location = null) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    public Task CloseAsync() => _server.CloseAsync();

    public Task OpenAsync() => _server.OpenAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        _received.Enqueue(new RecordedWebhook(
            headers[StandardWebhook.IdHeader].ToString(), headers[StandardWebhook.TimestampHeader].ToString(),
            headers[StandardWebhook.SignatureHeader].ToString(), context.Request.ContentType, body.ToArray()));
        await _respond(context);
    }
}
