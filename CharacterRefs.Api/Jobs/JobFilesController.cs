using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.Files;

namespace CharacterRefs.Api.Jobs;

/// <summary>The files of a job's workspace, for clients that do not share its disk.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/files/{**path}")]
[Tags("Jobs")]
public sealed class JobFilesController(IMapper mapper) : ControllerBase
{
    /// <summary>Returns a file of the job's workspace.</summary>
    /// <remarks>
    /// Supports `ETag`, `Last-Modified`, conditional requests and single ranges, so that an interrupted download can be resumed with `Range` and `If-Range`.
    /// `Repr-Digest` contains the SHA-256 of the whole file. HEAD returns the same headers without a body.
    /// </remarks>
    [HttpGet]
    [HttpHead]
    [ProducesAsset]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetJobFile(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromRoute] JobAssetPath path,
        [FromServices] FindJobFileHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, path, cancellationToken);
        return result.Match(file => new JobFileResult(file), this.ToProblem);
    }

    /// <summary>Writes a file of the job's workspace.</summary>
    /// <remarks>
    /// The body is the file, at most `JOB_FILE_MAX_BYTES`. With `Content-Digest: sha-256=:…:` (RFC 9530) a body with another hash is rejected. The file gets
    /// its name only when it is complete: after an error, or a connection that breaks, the previous file is unchanged. Returns 201 for a new file, 200 for
    /// one that was replaced. The stored set changes with the next persist.
    /// </remarks>
    [HttpPut]
    [RawBody]
    [DisableRequestSizeLimit]
    [Produces("application/json")]
    [ProducesResponseType<JobFile>(StatusCodes.Status200OK)]
    [ProducesResponseType<JobFile>(StatusCodes.Status201Created)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobFile>> ReplaceJobFile(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromRoute] JobAssetPath path,
        [FromHeader(Name = ContentDigestHeader.Name)] string? contentDigest,
        [FromServices] ReplaceJobFileHandler handler,
        CancellationToken cancellationToken)
    {
        if (!ContentDigestHeader.TryRead(contentDigest, out var sha256, out var error))
        {
            return this.ToProblem(error);
        }

        var result = await handler.HandleAsync(new ReplaceJobFileCommand(jobId, path, Request.Body, Request.ContentLength, sha256), cancellationToken);
        return result.Match<ActionResult<JobFile>>(
            file =>
            {
                Response.Headers.ETag = ByteResult.TagOf(file.Sha256).ToString();
                var resource = mapper.Map<JobFile>(file);
                return file.IsNew ? Created(Request.Path.ToUriComponent(), resource) : resource;
            },
            problem => this.ToProblem(problem));
    }

    /// <summary>Deletes a file of the job's workspace.</summary>
    /// <remarks>The stored set keeps the file, unless the next persist is sent with `mirror`.</remarks>
    [HttpDelete]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public ActionResult DeleteJobFile(
        [FromRoute(Name = "job_id")] JobId jobId, [FromRoute] JobAssetPath path, [FromServices] DeleteJobFileHandler handler) =>
        handler.Handle(jobId, path).Match(_ => NoContent(), this.ToProblem);
}
