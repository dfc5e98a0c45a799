using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>One request to the server, and the faults that can be injected into it.</summary>
internal sealed class ProxiedCall(HttpContext context, Uri target, HttpMessageInvoker http)
{
    private static readonly HashSet<string> s_ofTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding" };

    public string Method => context.Request.Method;

    /// <summary>Path and query, as they were sent.</summary>
    public string Target { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <summary>Whether it is for an image, and not a probe of the store.</summary>
    public bool IsOfImage => Target.Contains("/character_references/", StringComparison.Ordinal);

    /// <summary>Whether it uploads bytes of an image.</summary>
    public bool PutsImage => Method == "PUT" && IsOfImage;

    /// <summary>Whether it is for a file of a job's set, and not for a manifest or a listing.</summary>
    public bool IsOfJobFile =>
        Target.Contains("/videos/", StringComparison.Ordinal)
        && !Target.Contains("manifest.json", StringComparison.Ordinal)
        && !Target.Contains("prefix=", StringComparison.Ordinal);

    private long Length => context.Request.ContentLength ?? 0;

    /// <summary>Forwards it.</summary>
    public Task PassOnAsync() => PassOnAsync(0, () => Task.CompletedTask, () => Task.CompletedTask);

    /// <summary>The server gets half of the body, and the rest when the task ends; breaks the connection when it throws.</summary>
    public Task HoldBodyAsync(Func<Task> halfway) => PassOnAsync(Length / 2, halfway, () => Task.CompletedTask);

    /// <summary>The server has processed it; the client gets the response when the task ends.</summary>
    public Task HoldResponseAsync(Func<Task> done) => PassOnAsync(0, () => Task.CompletedTask, done);

    /// <summary>Both connections break in the middle of the body.</summary>
    public Task BreakAsync() => HoldBodyAsync(() => throw new IOException("The connection is broken on purpose."));

    /// <summary>The server has processed it; the client gets no response.</summary>
    public Task DropResponseAsync() => HoldResponseAsync(() => throw new IOException("The response is dropped on purpose."));

    /// <summary>Responds with an error without forwarding.</summary>
    public async Task FailAsync(int status, string code, Func<Task>? beforeBody = null)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = status;
        if (Method == "HEAD" || code.Length == 0)
        {
            return; // S3 sends no code in response to HEAD
        }

        var xml = System.Text.Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>words-of-the-server</Message></Error>");
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = xml.Length;
        await context.Response.Body.WriteAsync(xml.AsMemory(0, 10));
        await context.Response.Body.FlushAsync();
        await (beforeBody?.Invoke() ?? Task.CompletedTask).WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(xml.AsMemory(10));
    }

    /// <summary>Never responds.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>The client gets half of the response, and the rest never.</summary>
    public Task HangHalfwayAsync(Action halfway) => PassOnAsync(0, () => Task.CompletedTask, () => Task.CompletedTask, halfway);

    private async Task PassOnAsync(long bodyHeldAt, Func<Task> held, Func<Task> responded, Action? cutAt = null)
    {
        try
        {
            if (bodyHeldAt == 0)
            {
                await held().WaitAsync(context.RequestAborted); // no body
            }

            using var request = Request(bodyHeldAt, held);
            using var response = await http.SendAsync(request, context.RequestAborted);
            await responded().WaitAsync(context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !s_ofTheConnection.Contains(header.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            if (cutAt is not null)
            {
                await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
                var half = new byte[response.Content.Headers.ContentLength!.Value / 2];
                await body.ReadExactlyAsync(half, context.RequestAborted);
                await context.Response.Body.WriteAsync(half, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                cutAt();
                await HangAsync();
            }

            if (Method != "HEAD")
            {
                await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // When one side closes, so does the other.
            context.Abort();
        }
    }

    private HttpRequestMessage Request(long heldAt, Func<Task> held)
    {
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var url = new Uri(target.GetLeftPart(UriPartial.Authority) + Target, options);
        var request = new HttpRequestMessage(new HttpMethod(Method), url)
        {
            Content = context.Request.ContentLength is { } length ? new HeldBody(context, length, heldAt, held) : null,
        };
        foreach (var (name, values) in context.Request.Headers.Where(header => !s_ofTheConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return request;
    }

    private sealed class HeldBody(HttpContext context, long length, long heldAt, Func<Task> held) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? transport)
        {
            var buffer = new byte[16 * 1024];
            for (long sent = 0; sent < length;)
            {
                var isBefore = sent < heldAt;
                var count = (int)Math.Min(buffer.Length, (isBefore ? heldAt : length) - sent);
                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(0, count), context.RequestAborted);
                if (read == 0)
                {
                    throw new IOException("The client ended its body early.");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                sent += read;
                if (isBefore && sent == heldAt)
                {
                    await stream.FlushAsync(context.RequestAborted);
                    await held().WaitAsync(context.RequestAborted);
                }
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
