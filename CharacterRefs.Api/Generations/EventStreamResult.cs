using System.Buffers;
using AutoMapper;
using CharacterRefs.Api.Jobs;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.References;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Writes server-sent events: each is a whole generation, image or progress of a job, with the id to resume after, so a client that missed some has lost
/// nothing. A ping every 15 s keeps proxies from closing the connection.
/// </summary>
internal sealed class EventStreamResult(Func<CancellationToken, IAsyncEnumerable<CatalogEvent>> watch) : ActionResult
{
    public const string MediaType = "text/event-stream";
    private static readonly TimeSpan s_pingPause = TimeSpan.FromSeconds(15);
    private static readonly byte[] s_ping = "event: ping\ndata: {}\n\n"u8.ToArray();

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
        var clock = services.GetRequiredService<TimeProvider>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        http.Response.ContentType = MediaType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep the events until its buffer is full
        http.Response.Headers.Connection = "close"; // a stop ends the stream, and closes the connection before it could serve another request
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(end.Token);
        await http.Response.BodyWriter.FlushAsync(end.Token);

        await using var events = watch(end.Token).GetAsyncEnumerator(end.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                if (await Task.WhenAny(next, Task.Delay(s_pingPause, clock, pause.Token)) != next)
                {
                    end.Token.ThrowIfCancellationRequested();
                    http.Response.BodyWriter.Write(s_ping);
                }
                else
                {
                    await pause.CancelAsync();
                    if (!await next)
                    {
                        return;
                    }

                    await WriteAsync(http.Response.BodyWriter, events.Current, services, json);
                    next = events.MoveNextAsync().AsTask();
                }

                await http.Response.BodyWriter.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client left, or the service stops: it reconnects with Last-Event-ID.
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static async Task WriteAsync(IBufferWriter<byte> writer, CatalogEvent change, IServiceProvider services, JsonSerializerOptions json)
    {
        object? data = change switch
        {
            { Generation: { } generation } => await services.GetRequiredService<GenerationView>().GetAsync(generation),
            { Image: { } image } => services.GetRequiredService<IMapper>().Map<CharacterReferenceRecord>(
                services.GetRequiredService<ReferenceLocator>().Locate(image)),
            { Job: { } job } => JobProgressEvent.Of(job),
            _ => null,
        };
        var type = change switch
        {
            { Generation: not null } => "generation",
            { Image: not null } => "image",
            { Job: not null } => "job",
            _ => "ping",
        };
        writer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: {type}\nid: {change.Id}\ndata: ")));
        writer.Write(data is null ? "{}"u8 : JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), json));
        writer.Write("\n\n"u8);
    }
}
