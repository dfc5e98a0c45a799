using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Api.Generations;

/// <summary>Webhooks that this service receives.</summary>
[ApiController]
[Route(Prefix)]
[Tags("Generations")]
public sealed class HooksController(IEnumerable<IPredictionHook> hooks) : ControllerBase
{
    /// <summary>Needs no API key: the signature is checked instead.</summary>
    public const string Prefix = "api/mv/hooks";

    private const int MaxBodyBytes = 1 << 20;

    /// <summary>Receives Replicate's webhook.</summary>
    /// <remarks>
    /// The signature over the raw bytes is verified. The webhook is only a wake-up: the prediction is then read as usual. Without `PUBLIC_BASE_URL` the
    /// response is 404.
    /// </remarks>
    /// <param name="slot">The image that the prediction generates.</param>
    [HttpPost("replicate")]
    [RequestSizeLimit(MaxBodyBytes)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.Unauthorized, ErrorKind.NotFound, ErrorKind.PayloadTooLarge, ErrorKind.StorageUnavailable, TakesNoKey = true)]
    public async Task<ActionResult> ReceiveReplicateWebhook(CancellationToken cancellationToken, [FromQuery(Name = "slot")] string? slot = null)
    {
        if (hooks.SingleOrDefault() is not { Host: not null } hook)
        {
            return this.ToProblem(GenerationErrors.HooksAreOff);
        }

        using var body = new MemoryStream();
        await Request.Body.CopyToAsync(body, cancellationToken);
        var webhook = new ReceivedWebhook(
            Request.Headers["webhook-id"].ToString(),
            Request.Headers["webhook-timestamp"].ToString(),
            Request.Headers["webhook-signature"].ToString(),
            body.GetBuffer().AsMemory(0, (int)body.Length),
            CharacterReferenceId.TryParse(slot, out var imageId) ? imageId : null);
        return await hook.ReceiveAsync(webhook, cancellationToken)
            ? NoContent()
            : this.ToProblem(GenerationErrors.HookIsForged);
    }
}
