using System.Net.Http.Headers;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The calls of Replicate's HTTP API. URLs are built from the configured base and a checked id, never taken from a response, so that the token
/// cannot be sent elsewhere.
/// </summary>
internal sealed class ReplicateClient(HttpClient http, ReplicatePipelines pipelines, ReplicateOptions options, TimeProvider clock)
{
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(15);

    // Added to the time a create may stay open: the response needs a moment after that (replicate-python PR 373).
    private static readonly TimeSpan s_createGrace = TimeSpan.FromSeconds(15);

    // Replicate accepts no more (changelog of 2025-10-16, prediction deadlines).
    private const int LongestCancelAfter = 86_400;

    // A prediction of a process that is gone ends by itself this long after its deadline.
    private static readonly TimeSpan s_cancelAfterGrace = TimeSpan.FromSeconds(30);

    /// <summary>Sends one paid create, once. Nothing cancels it on its way: its id must not be lost.</summary>
    /// <param name="route">Where; its version goes into the body.</param>
    /// <param name="webhook">Where Replicate reports the end; <c>null</c> when nowhere.</param>
    public async Task<Reply> CreateAsync(CreateRoute route, IReadOnlyDictionary<string, JsonElement> input, string? webhook)
    {
        var body = new CreateBody(route.Version, input, webhook);
        using var request = new HttpRequestMessage(HttpMethod.Post, route.Path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.CreateBody)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var cancelAfter = (int)Math.Ceiling((options.Deadline + s_cancelAfterGrace).TotalSeconds);
        request.Headers.Add("Cancel-After", string.Create(CultureInfo.InvariantCulture, $"{Math.Min(cancelAfter, LongestCancelAfter)}s"));
        var wait = (int)Math.Min(options.PreferWait.TotalSeconds, options.Deadline.TotalSeconds);
        if (wait > 0)
        {
            request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={wait}"));
        }

        return await Reply.SendAsync(http, request, TimeSpan.FromSeconds(wait) + s_createGrace, clock, CancellationToken.None);
    }

    /// <summary>One page of the account's predictions, newest first.</summary>
    /// <param name="query">The query of the page, escaped.</param>
    public Task<Reply> ListAsync(string query, CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, $"predictions?{query}")), s_readLimit, cancellationToken);

    /// <summary>The secret that Replicate signs webhooks with.</summary>
    public Task<Reply> GetWebhookSecretAsync(CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, "webhooks/default/secret")), s_readLimit, cancellationToken);

    /// <summary>Reads a prediction.</summary>
    public Task<Reply> GetAsync(string predictionId, CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, $"predictions/{predictionId}")), s_readLimit, cancellationToken);

    /// <summary>Ends a prediction. It has no body, so the handler itself may send it twice on a stale connection; that is harmless.</summary>
    public Task<Reply> CancelAsync(string predictionId, CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Post, $"predictions/{predictionId}/cancel")), s_readLimit, cancellationToken);

    /// <summary>A model, a version of one, or a deployment.</summary>
    /// <param name="path">Below the base URL, of checked parts.</param>
    /// <param name="deadline">Ends the attempts.</param>
    public Task<Reply> GetModelAsync(string path, Deadline deadline) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, path)), s_readLimit, deadline);

    /// <summary>Uploads an input file. Retried freely: it costs nothing, and Replicate deletes it after some time.</summary>
    public Task<Reply> UploadAsync(ReferenceImage image, Deadline deadline) =>
        ReadAsync(token => UploadRequestAsync(image, token), options.DownloadTimeout, deadline);

    private async Task<Reply> ReadAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, CancellationToken cancellationToken) =>
        await pipelines.Read.ExecuteAsync(async token => await AttemptReadAsync(compose, limit, token), cancellationToken);

    private async Task<Reply> ReadAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, Deadline deadline)
    {
        try
        {
            return await pipelines.ReadAsync(() => AttemptReadAsync(compose, limit, deadline.Token), deadline);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested && !deadline.Caller.IsCancellationRequested)
        {
            return new Reply(AttemptEnd.TimedOut);
        }
    }

    private async ValueTask<Reply> AttemptReadAsync(
        Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var request = await compose(cancellationToken);
        return await Reply.SendAsync(http, request, limit, clock, cancellationToken);
    }

    private static async ValueTask<HttpRequestMessage> UploadRequestAsync(ReferenceImage image, CancellationToken cancellationToken)
    {
        var content = new StreamContent(await image.OpenReadAsync(cancellationToken));
        content.Headers.ContentType = new MediaTypeHeaderValue(image.Format.MediaType);
        content.Headers.ContentDisposition = Part("content");
        content.Headers.ContentDisposition.FileName = $"\"{image.Id}.{image.Format.Extension}\"";
        var metadata = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        metadata.Headers.ContentDisposition = Part("metadata");
        return new HttpRequestMessage(HttpMethod.Post, "files") { Content = new MultipartFormDataContent { content, metadata } };
    }

    private static ContentDispositionHeaderValue Part(string name) => new("form-data") { Name = $"\"{name}\"" };

}
