using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The calls of Replicate's HTTP API. Addresses are built from the configured base and a checked id, never taken from an answer, so that the token
/// cannot be sent elsewhere.
/// </summary>
internal sealed class ReplicateClient(HttpClient http, ReplicatePipelines pipelines, CreateGate gate, ReplicateOptions options, TimeProvider clock)
{
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(15);

    // Added to the time a create may stay open: the answer needs a moment after that (replicate-python PR 373).
    private static readonly TimeSpan s_createGrace = TimeSpan.FromSeconds(15);

    // Replicate refuses less (openapi.json, Cancel-After).
    private const int ShortestCancelAfter = 5;

    /// <summary>Asks for a prediction, which is paid for; see <see cref="ReplicatePipelines.Create"/> for when it is sent again.</summary>
    /// <param name="model"><c>owner/name</c>.</param>
    /// <param name="body">With a version the generic route is taken, otherwise the model's own, which only official models have.</param>
    /// <param name="deadline">Ends the waiting for a turn and the pauses, not a request that is on its way: its id must not be lost.</param>
    public async Task<Reply> CreateAsync(string model, CreateBody body, Deadline deadline)
    {
        var route = body.Version is null ? $"models/{Escape(model)}/predictions" : "predictions";
        var json = JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.CreateBody);
        return await ReplicatePipelines.RunAsync(pipelines.Create, () => AttemptCreateAsync(route, json, deadline), deadline);
    }

    /// <summary>Looks at a prediction.</summary>
    public Task<Reply> GetAsync(string predictionId, CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, $"predictions/{predictionId}")), s_readLimit, cancellationToken);

    /// <summary>Ends a prediction. It has no body, so the handler itself may send it twice on a stale connection; that is harmless.</summary>
    public Task<Reply> CancelAsync(string predictionId, CancellationToken cancellationToken) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Post, $"predictions/{predictionId}/cancel")), s_readLimit, cancellationToken);

    /// <summary>A model with its latest version and schema.</summary>
    public Task<Reply> GetModelAsync(string model, Deadline deadline) =>
        ReadAsync(_ => ValueTask.FromResult(new HttpRequestMessage(HttpMethod.Get, $"models/{Escape(model)}")), s_readLimit, deadline);

    /// <summary>Hands over an input file. Repeated freely: it costs nothing and disappears by itself.</summary>
    public Task<Reply> UploadAsync(ReferenceImage image, Deadline deadline) =>
        ReadAsync(token => UploadRequestAsync(image, token), options.DownloadTimeout, deadline);

    private async ValueTask<Reply> AttemptCreateAsync(string route, byte[] json, Deadline deadline)
    {
        using var turn = await gate.EnterAsync(deadline.Token);
        deadline.Token.ThrowIfCancellationRequested();

        // While others wait for their turn the call is kept short.
        var wait = turn.IsExclusive ? 0 : (int)Math.Min(options.PreferWait.TotalSeconds, deadline.Remaining.TotalSeconds);
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var cancelAfter = Math.Max(ShortestCancelAfter, (int)Math.Ceiling(deadline.Remaining.TotalSeconds));
        request.Headers.Add("Cancel-After", string.Create(CultureInfo.InvariantCulture, $"{cancelAfter}s"));
        if (wait > 0)
        {
            request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={wait}"));
        }

        var reply = await Reply.SendAsync(http, request, TimeSpan.FromSeconds(wait) + s_createGrace, clock, CancellationToken.None);
        if (reply is { IsRateLimit: true, RetryAfter: { } pause })
        {
            gate.Refused(pause);
        }
        else if (turn.IsExclusive && reply.Succeeded)
        {
            gate.Taken();
        }

        return reply;
    }

    private async Task<Reply> ReadAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, CancellationToken cancellationToken) =>
        await pipelines.Read.ExecuteAsync(async token => await AttemptReadAsync(compose, limit, token), cancellationToken);

    private async Task<Reply> ReadAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, Deadline deadline)
    {
        try
        {
            return await ReplicatePipelines.RunAsync(pipelines.Read, () => AttemptReadAsync(compose, limit, deadline.Token), deadline);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested && !deadline.Caller.IsCancellationRequested)
        {
            return new Reply(AttemptEnd.TimedOut);
        }
    }

    private async ValueTask<Reply> AttemptReadAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> compose, TimeSpan limit, CancellationToken cancellationToken)
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

    private static string Escape(string model) => string.Join('/', model.Split('/').Select(Uri.EscapeDataString));
}
