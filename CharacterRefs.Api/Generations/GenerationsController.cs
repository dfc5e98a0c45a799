using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Events.WatchEvents;
using CharacterRefs.Application.Generations.CancelGeneration;
using CharacterRefs.Application.Generations.FindGeneration;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Generations.ListGenerations;
using CharacterRefs.Application.Generations.ReportUsage;
using CharacterRefs.Application.Generations.RetryGeneration;
using CharacterRefs.Application.Generations.WatchGenerations;

namespace CharacterRefs.Api.Generations;

/// <summary>Generations: work that outlives the request that started it.</summary>
[ApiController]
[Route("api/mv")]
[Produces("application/json")]
[Tags("Generations")]
public sealed class GenerationsController(IMapper mapper) : ControllerBase
{
    /// <summary>Generates one to four reference images from a description.</summary>
    /// <remarks>
    /// The generation is recorded before anything is paid and runs to its end whether or not the client waits; `Location` names it. By default the response
    /// is sent when every image is stored or has failed: failed ones are listed in `metadata.failures`, and if every one failed, the response is the error
    /// of the first. With `Prefer: respond-async` the response is 202 with the generation at once; with `Prefer: respond-async, wait=20` it is 200 if the
    /// generation ends within 20 seconds (1 to 60), otherwise 202. A generation that ended without any image is then a 202 too: its `status` and `failures`
    /// describe it, and there is no `Retry-After`. With an `Idempotency-Key` (1 to 255 printable ASCII characters) the same request sent again returns the
    /// same generation, with `Idempotent-Replayed: true`.
    /// </remarks>
    /// <param name="request">The character to generate, and how.</param>
    /// <param name="prefer">`respond-async`, optionally with `wait=` and seconds.</param>
    /// <param name="idempotencyKey">A key that the client chose for this request, such as a UUID.</param>
    [HttpPost("generate_character_reference")]
    [ReusedKey("generate")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<GenerateCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<GenerationResource>(StatusCodes.Status202Accepted)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.BudgetExceeded, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.GenerationRejected,
        ErrorKind.IdempotencyKeyReused, ErrorKind.RateLimited, ErrorKind.UpstreamFailed, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable,
        ErrorKind.UpstreamTimedOut,
        InvalidField = "num_images", InvalidDetail = "num_images must be a whole number from 1 to 4.")]
    public async Task<ActionResult> GenerateCharacterReference(
        [FromBody] GenerateCharacterReferenceRequest request,
        [FromServices] GenerateReferencesHandler handler,
        [FromServices] GenerationResponses responses,
        CancellationToken cancellationToken,
        [FromHeader(Name = "Prefer")] string? prefer = null,
        [FromHeader(Name = IdempotencyKeyHeader.HeaderName)] string? idempotencyKey = null)
    {
        if (!IdempotencyKeyHeader.Read(HttpContext, "generate", request).TryGet(out var key, out var error))
        {
            return this.ToProblem(error);
        }

        var started = await handler.HandleAsync(request.ToCommand(), key.Value, cancellationToken);
        return await started.Match(
            generation => responses.RespondAsync(this, generation, request.IncludeBase64 is not false, cancellationToken),
            problem => Task.FromResult(this.ToProblem(problem)));
    }

    /// <summary>Lists generations, newest first.</summary>
    /// <remarks>Pages are stable: a generation that is created meanwhile does not move the others. `next_cursor` selects the next page.</remarks>
    /// <param name="request">Which generations.</param>
    [HttpGet("generations")]
    [ProducesResponseType<GenerationList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.StorageUnavailable, InvalidField = "limit", InvalidDetail = "limit must be a whole number from 1 to 100.")]
    public async Task<ActionResult<GenerationList>> ListGenerations(
        [FromQuery] ListGenerationsRequest request,
        [FromServices] ListGenerationsHandler handler,
        [FromServices] GenerationView resources,
        CancellationToken cancellationToken)
    {
        var page = await handler.HandleAsync(request.ToQuery(), cancellationToken);
        return new GenerationList { Items = await resources.GetAsync(page.Items), NextCursor = page.Next?.ToString() };
    }

    /// <summary>Returns a generation, with the images that are stored so far.</summary>
    /// <remarks>Also 200 for a failed or canceled generation: `status`, `slots` and `failures` describe what happened.</remarks>
    /// <param name="generationId">Id of the generation, a UUID.</param>
    [HttpGet("generations/{generation_id}")]
    [ProducesResponseType<GenerationResource>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<GenerationResource>> GetGeneration(
        [FromRoute(Name = "generation_id")] GenerationId generationId,
        [FromServices] FindGenerationHandler handler,
        [FromServices] GenerationView resources,
        CancellationToken cancellationToken) =>
        await ToResourceAsync(await handler.HandleAsync(generationId, cancellationToken), resources);

    /// <summary>Cancels a generation.</summary>
    /// <remarks>
    /// Queued slots are canceled at once, running predictions are canceled at Replicate, and stored images stay. A finished generation does not change.
    /// </remarks>
    /// <param name="generationId">Id of the generation, a UUID.</param>
    [HttpPost("generations/{generation_id}/cancel")]
    [ProducesResponseType<GenerationResource>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<GenerationResource>> CancelGeneration(
        [FromRoute(Name = "generation_id")] GenerationId generationId,
        [FromServices] CancelGenerationHandler handler,
        [FromServices] GenerationView resources,
        CancellationToken cancellationToken) =>
        await ToResourceAsync(await handler.HandleAsync(generationId, cancellationToken), resources);

    /// <summary>Starts a new generation of the failed and canceled images of a finished one, with the same inputs and seeds.</summary>
    /// <remarks>
    /// The images that succeeded stay with the first generation. 409 while it is running, and when no image failed or was canceled; 400 when its model is
    /// no longer allowed.
    /// </remarks>
    /// <param name="generationId">Id of the finished generation, a UUID.</param>
    /// <param name="idempotencyKey">A key that the client chose for this request, such as a UUID.</param>
    [HttpPost("generations/{generation_id}/retry")]
    [ProducesResponseType<GenerationResource>(StatusCodes.Status202Accepted)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.BudgetExceeded, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.IdempotencyKeyReused, ErrorKind.RateLimited,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> RetryGeneration(
        [FromRoute(Name = "generation_id")] GenerationId generationId,
        [FromServices] RetryGenerationHandler handler,
        [FromServices] GenerationResponses responses,
        CancellationToken cancellationToken,
        [FromHeader(Name = IdempotencyKeyHeader.HeaderName)] string? idempotencyKey = null)
    {
        if (!IdempotencyKeyHeader.Read(HttpContext, $"retry {generationId}", new { }).TryGet(out var key, out var error))
        {
            return this.ToProblem(error);
        }

        var started = await handler.HandleAsync(generationId, key.Value, cancellationToken);
        return await started.Match(generation => responses.AcceptAsync(this, generation), problem => Task.FromResult(this.ToProblem(problem)));
    }

    /// <summary>Streams the changes of a generation as server-sent events.</summary>
    /// <remarks>
    /// The first event is the current state; further events follow its changes. Each event `generation` is the whole resource and its `id` is the revision;
    /// `Last-Event-ID` resumes. An event `ping` is sent every 15 seconds. The stream ends after a final status.
    /// </remarks>
    /// <param name="generationId">Id of the generation, a UUID.</param>
    /// <param name="lastEventId">The last revision that the client has; as the header `Last-Event-ID`, or here for clients that cannot send it.</param>
    [HttpGet("generations/{generation_id}/events")]
    [ProducesEvents]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.RateLimited, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetGenerationEvents(
        [FromRoute(Name = "generation_id")] GenerationId generationId,
        [FromServices] FindGenerationHandler finder,
        [FromServices] WatchGenerationsHandler handler,
        [FromServices] EventStreams streams,
        CancellationToken cancellationToken,
        [FromQuery(Name = "last_event_id")] long lastEventId = 0)
    {
        var seen = EventStreams.LastEventId(Request, lastEventId);
        return (await finder.HandleAsync(generationId, cancellationToken)).Error is { } error
            ? this.ToProblem(error)
            : streams.Open(
                this, end => handler.WatchAsync(generationId, seen, end).Select(change => new CatalogEvent(change.Revision, Generation: change)));
    }

    /// <summary>Streams the changes of all generations, the new images and the progress of jobs as server-sent events.</summary>
    /// <remarks>
    /// First the generations that are not finished, then every change. The event `generation` is the whole resource, the event `image` the record of an image
    /// that was generated, uploaded or adopted. The event `job` reports once a second the progress of a call on the files of a job: `job_id`, `operation`
    /// (`persist`, `verify`, `repair` or `restore`), `state` (`running`, then `ended`), `files_done` of `files`, `bytes_done` of `bytes`; the totals are 0
    /// until the files were listed, and the outcome is the response of the call. The `id` of an event is where `Last-Event-ID` resumes: with exactly the
    /// later events while the service has them in memory, otherwise with the generations and images that changed since then, of which some can come again. With
    /// PostgreSQL, whose services each have an order of their own, the events of the ten seconds before that `id` come again too. An
    /// event `ping` is sent first and every 15 seconds. The stream ends only with the service.
    /// </remarks>
    /// <param name="lastEventId">The `id` of the client's last event; as the header `Last-Event-ID`, or here for clients that cannot send it.</param>
    [HttpGet("events")]
    [ProducesEvents]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.RateLimited,
        InvalidField = "last_event_id", InvalidDetail = "last_event_id must be a whole number.")]
    public ActionResult GetEvents(
        [FromServices] WatchEventsHandler handler, [FromServices] EventStreams streams, [FromQuery(Name = "last_event_id")] long lastEventId = 0)
    {
        var seen = EventStreams.LastEventId(Request, lastEventId);
        return streams.Open(this, end => handler.WatchAsync(seen, end));
    }

    /// <summary>Returns the number of images and their estimated cost by day and model, and the provider's rate limit now.</summary>
    /// <remarks>
    /// Costs are estimates from `MODEL_PRICES`, because the provider reports no prices. Days are UTC days of the request. The rate limit is learned from
    /// what the provider rejected, so it is known only after that.
    /// </remarks>
    /// <param name="from">First UTC day, such as 2026-11-01; default: 30 days that end with `to`.</param>
    /// <param name="to">Last UTC day; default: today. At most 366 days.</param>
    [HttpGet("usage")]
    [ProducesResponseType<UsageResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.StorageUnavailable,
        InvalidField = "from", InvalidDetail = "from must not be after to, and from and to must span at most 366 days; they were 2026-11-30 and 2026-11-01.")]
    public async Task<ActionResult<UsageResponse>> GetUsage(
        [FromServices] ReportUsageHandler handler,
        CancellationToken cancellationToken,
        [FromQuery(Name = "from")] DateOnly? from = null,
        [FromQuery(Name = "to")] DateOnly? to = null)
    {
        var report = await handler.HandleAsync(from, to, cancellationToken);
        return report.Match<ActionResult<UsageResponse>>(usage => mapper.Map<UsageResponse>(usage), error => this.ToProblem(error));
    }

    private async Task<ActionResult<GenerationResource>> ToResourceAsync(Result<Generation> result, GenerationView resources) =>
        result.TryGet(out var generation, out var error) ? await resources.GetAsync(generation) : this.ToProblem(error);
}
