using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.RemoveJobAsset;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Jobs;

/// <summary>The set of a job's files in the object store.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/assets")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobAssetsController(IMapper mapper) : ControllerBase
{
    /// <summary>Persists the files of the job's workspace as a set.</summary>
    /// <remarks>
    /// The set consists of `final/`, `scenes/`, `audio/`, `uploads/` and `character_reference/` with everything below them, `metadata.json` and `script.json`;
    /// other paths are listed in `ignored`. Only new and changed files are uploaded; the manifest is written last. Files that cannot be part of a set, such as
    /// links and illegal names, are listed in `failed` and in the manifest, `complete` is false, and the other files are committed. If the store fails for a
    /// file, the response is 200 with `failed` and the previous manifest stays current; repeating the request continues the upload. Returns 404 if the
    /// workspace does not exist, or is empty and nothing is stored, and 503 if no file could be stored.
    /// </remarks>
    [HttpPost("persist")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<PersistJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<PersistJobAssetsResponse>> PersistJobAssets(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] PersistJobAssetsRequest? request,
        [FromServices] PersistJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new PersistJobAssetsCommand(jobId, request?.LocalBasePath, request?.Mirror ?? false), cancellationToken);
        return result.Match<ActionResult<PersistJobAssetsResponse>>(
            persisted => mapper.Map<PersistJobAssetsResponse>(persisted), error => this.ToProblem(error));
    }

    /// <summary>Creates a version of a stored file before it is replaced.</summary>
    /// <remarks>
    /// Keeps a version of the file beside the `ASSET_BACKUP_LIMIT` versions of what it replaced; the next replacement applies the limit again. If a version
    /// has the same bytes, it is returned and none is made. Versions that were removed are listed in `removed_versions`. If the limit is 0, the response is
    /// 409.
    /// </remarks>
    [HttpPost("backup")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<BackupJobAssetResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<BackupJobAssetResponse>> BackupJobAsset(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] BackupJobAssetRequest request,
        [FromServices] BackupJobAssetHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new BackupJobAssetCommand(jobId, request.ToPath()!), cancellationToken);
        return result.Match<ActionResult<BackupJobAssetResponse>>(backup => mapper.Map<BackupJobAssetResponse>(backup), error => this.ToProblem(error));
    }

    /// <summary>Lists a job's stored files, each with a presigned URL.</summary>
    /// <remarks>Lists the files of the manifest. Without a manifest, lists the files found in the store; `complete` is false and hashes are null.</remarks>
    [HttpGet]
    [ProducesResponseType<JobAssetList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobAssetList>> ListJobAssets(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ListJobAssetsHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match<ActionResult<JobAssetList>>(listed => mapper.Map<JobAssetList>(listed), error => this.ToProblem(error));
    }

    /// <summary>Verifies that the object store contains the files of the job's manifest.</summary>
    /// <remarks>Changes nothing. Files in the store that the manifest does not name are listed in `extra` and do not make the set incomplete.</remarks>
    [HttpGet("verify")]
    [ProducesResponseType<VerifyJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<VerifyJobAssetsResponse>> VerifyJobAssets(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromQuery] VerifyJobAssetsRequest request,
        [FromServices] VerifyJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, request.ToDepth(), cancellationToken);
        return result.Match<ActionResult<VerifyJobAssetsResponse>>(verified => mapper.Map<VerifyJobAssetsResponse>(verified), error => this.ToProblem(error));
    }

    /// <summary>Repairs missing and corrupt stored files from a workspace.</summary>
    /// <remarks>Uses only files whose length and SHA-256 match the manifest. Reads every stored file, as `verify` does with `depth=hash`.</remarks>
    [HttpPost("repair")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<RepairJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<RepairJobAssetsResponse>> RepairJobAssets(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] RepairJobAssetsRequest? request,
        [FromServices] RepairJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new RepairJobAssetsCommand(jobId, request?.LocalBasePath), cancellationToken);
        return result.Match<ActionResult<RepairJobAssetsResponse>>(repaired => mapper.Map<RepairJobAssetsResponse>(repaired), error => this.ToProblem(error));
    }

    /// <summary>Restores a workspace from the job's set.</summary>
    /// <remarks>
    /// Every file is verified against the length and SHA-256 of the manifest before it gets its name. Files that exist with the same bytes are skipped, so
    /// repeating the request continues an interrupted one; files outside the set are kept. Without a manifest, restores the files found in the store. A path
    /// that exists and is neither a file nor a folder is neither followed nor replaced: the file fails with `Conflict`. Returns 503 if no
    /// file could be fetched.
    /// </remarks>
    [HttpPost("download")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<DownloadJobAssetsResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<DownloadJobAssetsResponse>> DownloadJobAssets(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] DownloadJobAssetsRequest? request,
        [FromServices] DownloadJobAssetsHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new DownloadJobAssetsCommand(jobId, request?.LocalBasePath), cancellationToken);
        return result.Match<ActionResult<DownloadJobAssetsResponse>>(
            downloaded => mapper.Map<DownloadJobAssetsResponse>(downloaded), error => this.ToProblem(error));
    }

    /// <summary>Removes one file from the job's set.</summary>
    /// <remarks>
    /// The file is kept as a version if `ASSET_BACKUP_LIMIT` allows. The workspace is not changed: a file that is still there is added again by the next
    /// persist. Returns 409 for the copy of an image that is associated with the job; remove the association instead.
    /// </remarks>
    [HttpDelete("{**path}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> RemoveJobAsset(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromRoute] JobAssetPath path,
        [FromServices] RemoveJobAssetHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, path, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
