using System.Runtime.InteropServices;
using System.Text.Unicode;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.Metadata;

namespace CharacterRefs.Api.Jobs;

/// <summary>A job's <c>metadata.json</c>.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/metadata")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobMetadataController : ControllerBase
{
    private const string Json = "application/json";

    /// <summary>Returns the job's `metadata.json` unchanged.</summary>
    /// <remarks>Reads the stored set, or the workspace if the set has no such file. With `If-None-Match`, returns 304 if the file is unchanged.</remarks>
    [HttpGet]
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status304NotModified)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetJobMetadata(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] FindJobMetadataHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(
            metadata => new FileStreamResult(metadata.Content, Json) { EntityTag = metadata.Sha256 is { } hash ? ByteResult.TagOf(hash) : null },
            this.ToProblem);
    }

    /// <summary>Replaces the job's `metadata.json`.</summary>
    /// <remarks>
    /// Accepts any JSON object of at most 256 KiB and stores it unchanged in the workspace `JOBS_ROOT/{job_id}` and, if the store has files of the job, also
    /// there; the previous file is kept as a version.
    /// </remarks>
    [HttpPut]
    [Consumes(Json)]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> ReplaceJobMetadata(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] JsonElement document,
        [FromServices] ReplaceJobMetadataHandler handler,
        CancellationToken cancellationToken)
    {
        if (document.ValueKind is not JsonValueKind.Object)
        {
            return this.ToProblem(Error.Invalid("body", "The body must be a JSON object."));
        }

        // The reader checks only what it converts to text, and nothing here is converted.
        var bytes = JsonMarshal.GetRawUtf8Value(document).ToArray();
        if (!Utf8.IsValid(bytes))
        {
            return this.ToProblem(Error.Invalid("body", "The body must be UTF-8; it contains bytes that are not."));
        }

        var result = await handler.HandleAsync(jobId, bytes, cancellationToken);
        return result.Match(
            hash =>
            {
                Response.Headers.ETag = ByteResult.TagOf(hash).ToString();
                return NoContent();
            },
            this.ToProblem);
    }
}
