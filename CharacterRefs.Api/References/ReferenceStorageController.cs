using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.References.ListPendingUploads;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.References.PresignReference;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.References;

/// <summary>Copies of images in the object store, and presigned URLs for them.</summary>
[ApiController]
[Route("api/mv/character_references")]
[Produces("application/json")]
[Tags("Storage of character references")]
public sealed class ReferenceStorageController(IMapper mapper) : ControllerBase
{
    /// <summary>Persists an image in the object store, standalone or under a job's prefix.</summary>
    /// <remarks>
    /// Idempotent. With a bucket, every image is uploaded in the background; this operation waits for the upload. A copy under a job's prefix does not
    /// associate the image with the job: the job does not list the image, and the image can be deleted. To associate it, POST to
    /// `/api/mv/jobs/{job_id}/character_references`.
    /// </remarks>
    [HttpPost("{image_id}/persist")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<PersistCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<PersistCharacterReferenceResponse>> PersistCharacterReference(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] PersistCharacterReferenceRequest? request,
        [FromServices] PersistReferenceHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new PersistReferenceCommand(imageId, RequestIds.OfJob(request?.JobId)), cancellationToken);
        return result.Match<ActionResult<PersistCharacterReferenceResponse>>(
            persisted => mapper.Map<PersistCharacterReferenceResponse>(persisted), error => this.ToProblem(error));
    }

    /// <summary>Counts the images whose upload to the object store is pending, and lists those that wait the longest.</summary>
    /// <remarks>Without an object store nothing is pending.</remarks>
    [HttpGet("/api/mv/uploads")]
    [ProducesResponseType<PendingUploadList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.StorageUnavailable,
        InvalidField = "limit", InvalidDetail = "limit must be a whole number from 1 to 100.")]
    public async Task<ActionResult<PendingUploadList>> ListPendingUploads(
        [FromQuery] ListPendingUploadsRequest request, [FromServices] ListPendingUploadsHandler handler, CancellationToken cancellationToken) =>
        mapper.Map<PendingUploadList>(await handler.HandleAsync(request.Limit ?? ListPendingUploadsHandler.DefaultLimit, cancellationToken));

    /// <summary>Returns a presigned URL of an image in the object store.</summary>
    /// <remarks>Does not upload the image: if the requested copy is not in the store, the response is 404.</remarks>
    [HttpGet("{image_id}/url")]
    [ProducesResponseType<CharacterReferenceUrl>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceUrl>> GetCharacterReferenceUrl(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromQuery] GetCharacterReferenceUrlRequest request,
        [FromServices] PresignReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var presigned = await handler.HandleOneAsync(request.ToQuery(imageId), cancellationToken);
        return presigned.Error is { } error ? this.ToProblem(error) : mapper.Map<CharacterReferenceUrl>(presigned);
    }

    /// <summary>Returns presigned URLs of up to 1000 images in the object store.</summary>
    /// <remarks>Each item contains a URL or an error; an unknown id does not affect the other items. Only images with a record are found.</remarks>
    [HttpPost("urls")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<CharacterReferenceUrlList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable,
        InvalidField = "image_ids", InvalidDetail = "image_ids must have 1 to 1000 entries.")]
    public async Task<ActionResult<CharacterReferenceUrlList>> PresignCharacterReferences(
        [FromBody] CharacterReferenceUrlsRequest request, [FromServices] PresignReferencesHandler handler, CancellationToken cancellationToken) =>
        new CharacterReferenceUrlList { Items = mapper.Map<List<CharacterReferenceUrl>>(await handler.HandleAsync(request.ToQuery(), cancellationToken)) };
}
