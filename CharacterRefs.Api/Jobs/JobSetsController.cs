using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Jobs;

/// <summary>The set of a job's files in the store: looking at it, proving it, and bringing it back.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/assets")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobSetsController(IMapper mapper) : ControllerBase
{
    /// <summary>Lists what the store has of a job, each file with a presigned URL.</summary>
    /// <remarks>It goes by the manifest. Without one, the files that are found are listed, complete is false, and hashes are null.</remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet]
    [ProducesResponseType<JobAssetList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobAssetList>> List(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ListJobAssetsHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match<ActionResult<JobAssetList>>(listed => mapper.Map<JobAssetList>(listed), error => this.ToProblem(error));
    }

    /// <summary>Tells whether the store has what the job's manifest says.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="request">How closely to look.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("verify")]
    [ProducesResponseType<VerifyJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<VerifyJobAssetsResponse>> Verify(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromQuery] VerifyJobAssetsRequest request,
        [FromServices] VerifyJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, StoredSetCommands.DepthOf(request), cancellationToken);
        return result.Match<ActionResult<VerifyJobAssetsResponse>>(verified => mapper.Map<VerifyJobAssetsResponse>(verified), error => this.ToProblem(error));
    }

    /// <summary>Stores again, from a workspace, what is missing or corrupt in the store.</summary>
    /// <remarks>Only a file with exactly the bytes that the manifest names is taken. Every stored file is read for this, as verify does with depth=hash.</remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="request">Which workspace; the body may be absent.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("repair")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<RepairJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<RepairJobAssetsResponse>> Repair(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] RepairJobAssetsRequest? request,
        [FromServices] RepairJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new RepairJobAssetsCommand(jobId, request?.LocalBasePath), cancellationToken);
        return result.Match<ActionResult<RepairJobAssetsResponse>>(repaired => mapper.Map<RepairJobAssetsResponse>(repaired), error => this.ToProblem(error));
    }

    /// <summary>Rebuilds a workspace from the job's set.</summary>
    /// <remarks>
    /// Every file is compared with the manifest by length and SHA-256 before it gets its name. Files that are there already are skipped, so calling again
    /// goes on where an interrupted call ended; files that are not in the set stay. Without a manifest, the files that are found in the store are restored.
    /// What is neither file nor folder is neither followed nor replaced: a file that meets it fails with Conflict. A 503 says that not a single file could be
    /// fetched.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="request">Which workspace; the body may be absent.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("download")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<DownloadJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<DownloadJobAssetsResponse>> Download(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] DownloadJobAssetsRequest? request,
        [FromServices] DownloadJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new DownloadJobAssetsCommand(jobId, request?.LocalBasePath), cancellationToken);
        return result.Match<ActionResult<DownloadJobAssetsResponse>>(
            downloaded => mapper.Map<DownloadJobAssetsResponse>(downloaded), error => this.ToProblem(error));
    }
}
