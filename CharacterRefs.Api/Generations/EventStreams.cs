using System.Collections.Concurrent;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations;

namespace CharacterRefs.Api.Generations;

/// <summary>Opens event streams, a bounded number for each client: an API key, or an address where there is none.</summary>
public sealed class EventStreams
{
    private readonly ApiKeys _keys;
    private readonly int _mostPerClient;
    private readonly ConcurrentDictionary<string, int> _open = new();

    internal EventStreams(ApiKeys keys, int mostPerClient) => (_keys, _mostPerClient) = (keys, mostPerClient);

    /// <summary>The last event that a client has: from the header that browsers send when they reconnect, or from the query.</summary>
    public static long LastEventId(HttpRequest request, long fromQuery) =>
        long.TryParse(request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : fromQuery;

    /// <summary>Opens a stream, or rejects it.</summary>
    public ActionResult Open(ControllerBase controller, Func<CancellationToken, IAsyncEnumerable<CatalogEvent>> watch)
    {
        var http = controller.HttpContext;

        // A header that is no configured key would let a client be as many as it likes.
        var client = _keys.Find(http.Request.Headers[ApiKeys.HeaderName]) is { } keyHash
            ? $"key {Convert.ToHexString(keyHash)}"
            : $"address {http.Connection.RemoteIpAddress}";
        if (_open.AddOrUpdate(client, 1, static (_, count) => count + 1) > _mostPerClient)
        {
            Close(client);
            return controller.ToProblem(GenerationErrors.TooManyStreams(_mostPerClient));
        }

        http.Response.OnCompleted(() =>
        {
            Close(client);
            return Task.CompletedTask;
        });
        return new EventStreamResult(watch);
    }

    private void Close(string client)
    {
        var left = _open.AddOrUpdate(client, 0, static (_, count) => count - 1);
        if (left <= 0)
        {
            _open.TryRemove(KeyValuePair.Create(client, left));
        }
    }
}
