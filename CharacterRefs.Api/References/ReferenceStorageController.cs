using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.References;

/// <summary>Copies of images in the store, and addresses to read them.</summary>
[ApiController]
[Route("api/mv/character_references")]
[Produces("application/json")]
[Tags("Storage of character references")]
public sealed class ReferenceStorageController(IMapper mapper) : ControllerBase
{
    /// <summary>Makes sure that an image is in the store, by itself or under a job's prefix.</summary>
    /// <remarks>
    /// Doing it again is fine. With a bucket every image gets there by itself; this waits for it. A copy under a job's prefix is no association: the job
    /// does not list the image, and the image may be deleted. To make one, POST to <c>/api/mv/jobs/{job_id}/character_references</c>.
    /// </remarks>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="request">Where to; the body may be absent.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("{image_id}/persist")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<PersistCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<PersistCharacterReferenceResponse>> Persist(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] PersistCharacterReferenceRequest? request,
        [FromServices] PersistReferenceHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new PersistReferenceCommand(imageId, RequestIds.JobIdOf(request?.JobId)), cancellationToken);
        return result.Match<ActionResult<PersistCharacterReferenceResponse>>(
            persisted => mapper.Map<PersistCharacterReferenceResponse>(persisted), error => this.ToProblem(error));
    }

    /// <summary>Gives a presigned URL of an image in the store.</summary>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="request">Which copy.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("{image_id}/url")]
    [ProducesResponseType<CharacterReferenceUrl>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceUrl>> GetUrl(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromQuery] GetCharacterReferenceUrlRequest request,
        [FromServices] PresignReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var presigned = await handler.HandleOneAsync(RequestIds.From(imageId, request), cancellationToken);
        return presigned.Error is { } error ? this.ToProblem(error) : mapper.Map<CharacterReferenceUrl>(presigned);
    }

    /// <summary>Gives presigned URLs of up to 1000 images in the store.</summary>
    /// <remarks>Each item has a URL or an error; one unknown id spoils none of the others. Only what has a record counts.</remarks>
    /// <param name="request">Which images.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost("urls")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<CharacterReferenceUrlList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceUrlList>> GetUrls(
        [FromBody] CharacterReferenceUrlsRequest request, [FromServices] PresignReferencesHandler handler, CancellationToken cancellationToken) =>
        new CharacterReferenceUrlList { Items = mapper.Map<List<CharacterReferenceUrl>>(await handler.HandleAsync(RequestIds.From(request), cancellationToken)) };
}
