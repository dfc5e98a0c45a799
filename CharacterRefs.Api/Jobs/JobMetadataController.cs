using System.Text;
using System.Text.Json;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.Metadata;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Jobs;

/// <summary>What a job says of itself: its <c>metadata.json</c>.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/metadata")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobMetadataController : ControllerBase
{
    private const string Json = "application/json";

    /// <summary>Gives the job's metadata.json as it is.</summary>
    /// <remarks>From the stored set; from the workspace when the set has none. With If-None-Match: 304 while it is the same.</remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet]
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status304NotModified)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Get(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] FindJobMetadataHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        Response.Headers.XContentTypeOptions = "nosniff";
        return result.Match(
            metadata => new FileStreamResult(metadata.Content, Json) { EntityTag = metadata.Sha256 is { } hash ? Tag(hash) : null },
            this.ToProblem);
    }

    /// <summary>Replaces the job's metadata.json.</summary>
    /// <remarks>
    /// Any JSON object of at most 256 KiB; it is kept as it was sent. It goes into the workspace JOBS_ROOT/{job_id} and, when the job has a stored set,
    /// into that, the one before being kept as a version.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="document">The object.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPut]
    [Consumes(Json)]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Put(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] JsonElement document,
        [FromServices] ReplaceJobMetadataHandler handler,
        CancellationToken cancellationToken)
    {
        if (document.ValueKind is not JsonValueKind.Object)
        {
            return this.ToProblem(Error.Invalid("body", "The body must be a JSON object."));
        }

        var result = await handler.HandleAsync(jobId, Encoding.UTF8.GetBytes(document.GetRawText()), cancellationToken);
        return result.Match(
            hash =>
            {
                Response.Headers.ETag = Tag(hash).ToString();
                return NoContent();
            },
            this.ToProblem);
    }

    private static EntityTagHeaderValue Tag(ContentHash hash) => new($"\"sha256-{hash}\"");
}
