using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Jobs;

/// <summary>A job's files in the store.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/assets")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobAssetsController(IMapper mapper) : ControllerBase
{
    /// <summary>Stores what lies in the job's workspace.</summary>
    /// <remarks>
    /// Taken are `final/`, `scenes/`, `audio/`, `uploads/` and `character_reference/` with all that is below them, `metadata.json` and `script.json`; the rest
    /// is named under ignored. Only what is new or changed is sent, and a manifest is written last. When files fail, the answer is 200 with failed and the set
    /// before stays in force; calling again goes on from there. A 404 says that there is no such directory, or nothing in it and nothing stored; a 503 that no
    /// file could be stored.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="request">Which workspace; the body may be absent.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("persist")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<PersistJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<PersistJobAssetsResponse>> Persist(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] PersistJobAssetsRequest? request,
        [FromServices] PersistJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new PersistJobAssetsCommand(jobId, request?.LocalBasePath), cancellationToken);
        return result.Match<ActionResult<PersistJobAssetsResponse>>(persisted => mapper.Map<PersistJobAssetsResponse>(persisted), error => this.ToProblem(error));
    }

    /// <summary>Keeps a stored file as a version, before it is replaced.</summary>
    /// <remarks>
    /// The newest ASSET_BACKUP_LIMIT versions of a file are kept; with 0 the answer is a 409. Asking again while the file is the same gives the same version.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="request">Which file.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("backup")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<BackupJobAssetResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<BackupJobAssetResponse>> Backup(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] BackupJobAssetRequest request,
        [FromServices] BackupJobAssetHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new BackupJobAssetCommand(jobId, JobAssetPaths.Of(request)!), cancellationToken);
        return result.Match<ActionResult<BackupJobAssetResponse>>(backup => mapper.Map<BackupJobAssetResponse>(backup), error => this.ToProblem(error));
    }
}
