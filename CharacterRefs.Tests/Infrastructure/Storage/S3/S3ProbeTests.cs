using System.Collections.Concurrent;
using System.Text;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>The probe at the start, with the real SDK, on servers that keep every object but do not report it as a store must.</summary>
[Category("Integration")]
internal sealed class S3ProbeTests : ScriptedS3Tests
{
    private const string HashMetadata = "x-amz-meta-sha256";

    private readonly ConcurrentDictionary<string, S3Request> _objects = new();

    [Test]
    public async Task StartAsync_WhenHeadReportsTheLengthAndTheMetadata_Passes()
    {
        Serve(head =>
        {
            head.Response.ContentLength = ObjectOf(head).Body.Length;
            return Task.CompletedTask;
        });

        Assert.That((await StartAsync()).IsWorking, Is.True);
        Assert.That(_objects, Is.Empty, "the test object is deleted again");
    }

    [Test]
    public async Task StartAsync_WhenTheResponseToHeadHasNoLength_Fails([Values] bool isChunked)
    {
        Serve(head => isChunked ? RespondInChunksAsync(head) : Task.CompletedTask);

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(StartAsync);

        Assert.That(error!.Message, Does.Contain("HEAD reports a length of").And.Contain("must keep Content-Length"));
        Assert.That(_objects, Is.Empty, "the test object is deleted again");
    }

    [Test]
    public async Task StartAsync_WhenTheMetadataIsDropped_Fails()
    {
        Serve(head =>
        {
            head.Response.ContentLength = ObjectOf(head).Body.Length;
            head.Response.Headers.Remove(HashMetadata);
            return Task.CompletedTask;
        });

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(StartAsync);

        Assert.That(error!.Message, Does.Contain("the store dropped its metadata"));
        Assert.That(_objects, Is.Empty, "the test object is deleted again");
    }

    private S3Request ObjectOf(HttpContext context) => _objects[context.Request.Path];

    /// <summary>Keeps objects like a store, and lets the test change the responses to HEAD.</summary>
    private void Serve(Func<HttpContext, Task> reportHead) => Respond = async (request, context) =>
    {
        string path = context.Request.Path;
        switch (request.Method)
        {
            case "PUT":
                _objects[path] = request;
                await Tagged(context);
                return;
            case "DELETE":
                _objects.TryRemove(path, out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
        }

        if (!_objects.TryGetValue(path, out var found))
        {
            await Fail(context, StatusCodes.Status404NotFound, "NoSuchKey");
            return;
        }

        await Tagged(context);
        context.Response.ContentType = "text/plain";
        context.Response.Headers[HashMetadata] = found.Headers[HashMetadata];
        if (request.Method == "HEAD")
        {
            await reportHead(context);
            return;
        }

        context.Response.ContentLength = found.Body.Length;
        await context.Response.Body.WriteAsync(found.Body);
    };

    /// <summary>Kestrel sets no <c>Transfer-Encoding</c> on a response to HEAD, so this one is written to its connection.</summary>
    private async Task RespondInChunksAsync(HttpContext context)
    {
        var head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nContent-Type: text/plain\r\n"
            + $"{HashMetadata}: {ObjectOf(context).Headers[HashMetadata]}\r\n\r\n";
        await context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(head));
        await Task.Delay(Timeout.Infinite, context.RequestAborted); // until the client has closed it
    }

    private async Task<StorageProbeResult> StartAsync()
    {
        var store = Store(options => options, null, out var services);
        var options = services.GetRequiredService<S3StoreOptions>();
        var pipeline = services.GetRequiredService<S3Pipeline>();
        using var check = new StorageCheck(
            new StorageProbe(store, TimeProvider.System), pipeline, options, TimeProvider.System, NullLogger<StorageCheck>.Instance);
        await check.StartAsync(CancellationToken.None);
        return check.Result;
    }
}
