using System.Net.ServerSentEvents;
using System.Text.Json;

namespace CharacterRefs.Tests.Support;

/// <summary>A stream of server-sent events that is being read.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(60));
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        Response = response;
        _events = SseParser.Create(stream).EnumerateAsync(_timeout.Token).GetAsyncEnumerator();
    }

    public HttpResponseMessage Response { get; }

    /// <summary>Opens a stream.</summary>
    /// <param name="url">The stream.</param>
    /// <param name="lastEventId">The header <c>Last-Event-ID</c>; <c>null</c> = none.</param>
    public static async Task<EventReader> OpenAsync(HttpClient client, string url, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event, pings included; <c>null</c> at the end of the stream.</summary>
    public async Task<SseItem<string>?> NextAsync() => await _events.MoveNextAsync() ? _events.Current : null;

    /// <summary>The next generation with the id of its event; <c>null</c> at the end of the stream.</summary>
    public async Task<(string? Id, JsonElement Generation)?> NextGenerationAsync()
    {
        while (await NextAsync() is { } next)
        {
            if (next.EventType == "generation")
            {
                return (next.EventId, JsonDocument.Parse(next.Data).RootElement.Clone());
            }
        }

        return null;
    }

    /// <summary>What is left of the stream.</summary>
    public async Task<List<(string? Id, JsonElement Generation)>> RestAsync()
    {
        var rest = new List<(string? Id, JsonElement Generation)>();
        while (await NextGenerationAsync() is { } next)
        {
            rest.Add(next);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        Response.Dispose();
        _timeout.Dispose();
    }
}
