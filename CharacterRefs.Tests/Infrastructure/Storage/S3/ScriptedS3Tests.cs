using System.Collections.Concurrent;
using System.Security;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Base of the tests of faults that no real server shows on demand: a loopback server that responds as scripted and records the requests.</summary>
internal abstract class ScriptedS3Tests
{
    protected const string Bucket = "bucket";

    private readonly List<ServiceProvider> _services = [];
    private LoopbackServer _server = null!;

    /// <summary>The requests that arrived.</summary>
    protected ConcurrentQueue<S3Request> Requests { get; } = [];

    /// <summary>The response to each request, except to the listing that tells an absent object from an absent bucket.</summary>
    protected Func<S3Request, HttpContext, Task> Respond { get; set; } = (_, _) => Task.CompletedTask;

    protected string Origin => _server.Origin;

    protected int Puts => Requests.Count(request => request.Method == "PUT");

    [SetUp]
    public async Task SetUp()
    {
        _server = new LoopbackServer(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var request = new S3Request(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                body.ToArray(),
                context.Request.Headers.Authorization.ToString(),
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            Requests.Enqueue(request);
            await (request.Target.Contains("list-type=2", StringComparison.Ordinal) ? Xml(context, "<ListBucketResult/>") : Respond(request, context));
        });
        await _server.OpenAsync();
    }

    [TearDown]
    public Task TearDown() => CloseAsync();

    /// <summary>Closes the connections of the stores, and then the server: no request arrives after it.</summary>
    protected async Task CloseAsync()
    {
        foreach (var services in _services)
        {
            await services.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    protected static Task Absent(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    protected static Task Fail(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return code.Length == 0 || context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : Xml(context, $"<Error><Code>{SecurityElement.Escape(code)}</Code><Message>secret-words</Message></Error>");
    }

    protected static Task Xml(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml);
    }

    protected static Task Uploaded(S3Request request, HttpContext context) => Xml(context, request.Target.Contains("uploads", StringComparison.Ordinal)
        ? "<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"
        : "<CompleteMultipartUploadResult/>");

    protected static Task Tagged(HttpContext context)
    {
        context.Response.Headers.ETag = "\"0123456789abcdef0123456789abcdef\"";
        return Task.CompletedTask;
    }

    /// <summary>The store over the scripted server.</summary>
    protected IAssetStore Store(Func<S3StoreOptions, S3StoreOptions>? change = null, TimeProvider? clock = null) =>
        Store(change ?? (options => options), clock, out _);

    /// <summary>The same, with its services.</summary>
    protected IAssetStore Store(Func<S3StoreOptions, S3StoreOptions> change, TimeProvider? clock, out ServiceProvider services)
    {
        var options = new S3StoreOptions
        {
            Bucket = Bucket,
            Endpoint = new Uri(_server.Origin),
            Region = "us-east-1",
            AccessKeyId = new Secret("access"),
            SecretAccessKey = new Secret("secret"),
            RetryDelay = TimeSpan.FromMilliseconds(5),
        };
        services = S3TestServer.Services(change(options), clock);
        _services.Add(services);
        return services.GetRequiredService<IAssetStore>();
    }
}
