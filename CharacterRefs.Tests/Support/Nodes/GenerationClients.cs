using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CharacterRefs.Tests.Support.Nodes;

/// <summary>
/// Clients that post generations and wait for their end. As good clients do, they retry a request without a response, or rejected for now, with the same
/// idempotency key, what they cannot read they read again, and they poll as often as the service advises.
/// </summary>
/// <param name="client">Leads to the services.</param>
/// <param name="imagesEach">Images of each generation.</param>
/// <param name="name">Part of their idempotency keys, which no other clients use.</param>
internal sealed class GenerationClients(HttpClient client, int imagesEach, string name = "load")
{
    // A client's own pause between two requests, not a wait of the test: a shorter one is more load.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, int> _repeats = [];

    // Between two reads of a generation, as the service advises.
    private TimeSpan _pollPause = s_pause;

    /// <summary>URLs of the generations, by number.</summary>
    public ConcurrentDictionary<int, string> Urls { get; } = [];

    /// <summary>What should never be: a request whose repetition led to another generation, or that was rejected for good.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>How often which response, or none, was the reason for a retry.</summary>
    public IReadOnlyDictionary<string, int> Repeats => _repeats;

    /// <summary>Posts so many generations, and waits until each is final.</summary>
    /// <param name="count">Generations; every second request waits for the images, the others do not.</param>
    /// <param name="clients">Clients that do this at the same time, each one generation after the other.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task RunAsync(int count, int clients, CancellationToken cancellationToken)
    {
        var numbers = new ConcurrentQueue<int>(Enumerable.Range(0, count));
        return Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (numbers.TryDequeue(out var number))
            {
                await PostAsync(number, number % 2 == 0 ? null : "respond-async", cancellationToken);
                await UntilFinalAsync(number, cancellationToken);
            }
        }));
    }

    /// <summary>Sends a request, again and again until it has led to a generation.</summary>
    /// <returns>Whether the last response was that of an earlier request with the same key.</returns>
    public async Task<bool> PostAsync(int number, string? prefer, CancellationToken cancellationToken)
    {
        var body = new { character_description = $"A robot, number {number}", num_images = imagesEach, seed = number * imagesEach, include_base64 = false };
        while (true)
        {
            using var response = await SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, "/api/mv/generate_character_reference")
                {
                    Content = JsonContent.Create(body),
                    Headers = { { "Idempotency-Key", $"{name}-{number}" }, { "Prefer", prefer is null ? [] : [prefer] } },
                },
                cancellationToken);
            if (response?.Headers.Location is { } url)
            {
                _pollPause = response.Headers.RetryAfter?.Delta ?? _pollPause;

                // Also with an error: that of a generation without an image, or of a service that stops while the client waits.
                var known = Urls.GetOrAdd(number, url.OriginalString);
                if (known != url.OriginalString)
                {
                    Faults.Enqueue($"generation {number} is {known} and {url}");
                }

                return response.Header("Idempotent-Replayed") == "true";
            }

            if (response is { IsSuccessStatusCode: false } && (int)response.StatusCode < 500 && response.StatusCode is not HttpStatusCode.TooManyRequests)
            {
                Faults.Enqueue($"generation {number} is rejected: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
                return false;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Reads until there is a good response with a JSON body, and returns that.</summary>
    public async Task<JsonElement> ReadAsync(string url, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await ReadBytesAsync(url, cancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>Reads until there is a good response, and returns its body.</summary>
    public async Task<byte[]> ReadBytesAsync(string url, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, url), cancellationToken);
            if (response is { IsSuccessStatusCode: true })
            {
                return await response.Content.ReadAsByteArrayAsync(cancellationToken);
            }

            if (response is { StatusCode: HttpStatusCode.NotFound })
            {
                Faults.Enqueue($"{url} is not found");
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private async Task<JsonElement> UntilFinalAsync(int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            var generation = await ReadAsync(Urls[number], cancellationToken);
            if (generation.IsFinal())
            {
                return generation;
            }

            await Task.Delay(_pollPause, cancellationToken);
        }
    }

    /// <returns><c>null</c> when there was no response, or only a part of one.</returns>
    private async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request();
            var response = await client.SendAsync(message, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                Count($"{message.Method} {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}");
            }

            return response;
        }
        catch (Exception error) when (error is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            Count("no response");
            return null;
        }
    }

    private void Count(string cause) => _repeats.AddOrUpdate(cause, 1, (_, count) => count + 1);
}
