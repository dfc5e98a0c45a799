using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.Uploads;

namespace CharacterRefs.Api.Jobs;

/// <summary>Files of a job that clients send straight to the store.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/files/uploads")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobUploadsController(IMapper mapper) : ControllerBase
{
    /// <summary>Presigns URLs that take files of a job straight into the bucket.</summary>
    /// <remarks>
    /// PUT the bytes of each `missing` file to its URL, then commit with the same body. Repeating the request shows what is left to send, with new URLs. Until
    /// the commit the files belong to no set; deleting the job deletes them too.
    /// </remarks>
    [HttpPost]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Uploads)]
    [ProducesResponseType<PresignedJobUploadList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<PresignedJobUploadList>> PresignJobUploads(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] JobUploadsRequest request,
        [FromServices] PresignUploadsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, request.ToUploads(), cancellationToken);
        return result.Match<ActionResult<PresignedJobUploadList>>(
            files => new PresignedJobUploadList { JobId = jobId.ToString(), Files = mapper.Map<IReadOnlyList<PresignedJobUpload>>(files) },
            error => this.ToProblem(error));
    }

    /// <summary>Commits uploaded files into the job's set.</summary>
    /// <remarks>
    /// Each file is read and verified by length and SHA-256, then committed together with the other files that are good; replaced files are kept as versions.
    /// Files with other bytes and files without bytes are listed in `failed`. The workspace is not changed: a persist with `mirror` takes files that it does
    /// not have out of the set again. The request can be repeated.
    /// </remarks>
    [HttpPost("commit")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Uploads)]
    [ProducesResponseType<CommitJobUploadsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CommitJobUploadsResponse>> CommitJobUploads(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] JobUploadsRequest request,
        [FromServices] CommitUploadsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, request.ToUploads(), cancellationToken);
        return result.Match<ActionResult<CommitJobUploadsResponse>>(
            committed => mapper.Map<CommitJobUploadsResponse>(committed), error => this.ToProblem(error));
    }
}
