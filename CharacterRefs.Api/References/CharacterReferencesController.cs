using AutoMapper;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.References.DeleteReference;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.References.ListReferences;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.References;

/// <summary>Character reference images: draw, keep, find and serve them.</summary>
[ApiController]
[Route("api/mv")]
[Produces("application/json")]
[Tags("Character references")]
public sealed class CharacterReferencesController(IMapper mapper) : ControllerBase
{
    /// <summary>Draws one to four reference images of a described character.</summary>
    /// <remarks>
    /// Each image is a prediction of its own. The answer comes when all have ended; those that failed stand under <c>metadata.failures</c> while the
    /// others are stored. When none came, the answer is the problem of the first.
    /// </remarks>
    [HttpPost("generate_character_reference")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ServiceFilter<GenerationConcurrencyFilter>]
    [ProducesResponseType<GenerateCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.PayloadTooLarge, ErrorKind.GenerationRejected, ErrorKind.RateLimited,
        ErrorKind.UpstreamFailed, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable, ErrorKind.UpstreamTimedOut)]
    public async Task<ActionResult<GenerateCharacterReferenceResponse>> Generate(
        [FromBody] GenerateCharacterReferenceRequest request,
        [FromServices] GenerateReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(GenerateCommands.From(request), cancellationToken);
        return result.Match<ActionResult<GenerateCharacterReferenceResponse>>(
            generated => new GeneratedImagesResult(
                mapper.Map<GenerateCharacterReferenceResponse>(generated),
                [.. generated.Images.Select(image => request.IncludeBase64 is false ? null : image)]),
            error => this.ToProblem(error));
    }

    /// <summary>Stores an image that the client sends.</summary>
    /// <remarks>
    /// PNG, JPEG or WebP by its bytes, at most 10 MiB, 16384 pixels a side, 50 megapixels, one frame, decodable to its last row. The declared type and the
    /// file name decide nothing.
    /// </remarks>
    [HttpPost("upload_character_reference")]
    [Consumes("multipart/form-data")]
    [FileUpload]
    [ProducesResponseType<UploadCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.PayloadTooLarge, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<UploadCharacterReferenceResponse>> Upload(
        [FromServices] UploadReferenceHandler handler, CancellationToken cancellationToken)
    {
        await using var file = await SingleFilePartStream.OpenAsync(Request, cancellationToken);
        var result = await handler.HandleAsync(new UploadReferenceCommand(file, file.FileName), cancellationToken);
        return result.Match<ActionResult<UploadCharacterReferenceResponse>>(stored => mapper.Map<UploadCharacterReferenceResponse>(stored), error => this.ToProblem(error));
    }

    /// <summary>Serves an image: its bytes, or where they are in the cloud.</summary>
    /// <remarks>
    /// With local serving: the bytes, with <c>ETag</c>, <c>Last-Modified</c>, conditional requests and ranges. With cloud serving: a presigned URL as JSON, or
    /// a redirect to it; while the store cannot be had, the local bytes with <c>X-Served-From: local</c>.
    /// </remarks>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <param name="redirect">With cloud serving: whether to redirect to the URL instead of telling it.</param>
    [HttpGet("get_character_reference/{image_id}")]
    [HttpHead("get_character_reference/{image_id}")]
    [ProducesImage(typeof(ReferenceLocation))]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetImage(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromServices] DeliverReferenceHandler handler,
        CancellationToken cancellationToken,
        [FromQuery(Name = "redirect")] bool redirect = false)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match(delivery => delivery.FromStore && !redirect ? Ok(mapper.Map<ReferenceLocation>(delivery)) : this.ToDelivery(delivery), this.ToProblem);
    }

    /// <summary>Serves the bytes of an image under the one address that a page can keep.</summary>
    /// <remarks>The bytes, or with cloud serving a redirect to a presigned URL.</remarks>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("character_references/{image_id}/content")]
    [HttpHead("character_references/{image_id}/content")]
    [ProducesImage]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetContent(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId, [FromServices] DeliverReferenceHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match(this.ToDelivery, this.ToProblem);
    }

    /// <summary>Lists images, newest first.</summary>
    /// <remarks>Pages are stable: images that arrive meanwhile do not shift them.</remarks>
    /// <param name="request">Which images.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("character_references")]
    [ProducesResponseType<CharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceList>> List(
        [FromQuery] ListCharacterReferencesRequest request, [FromServices] ListReferencesHandler handler, CancellationToken cancellationToken)
    {
        var page = await handler.HandleAsync(ListQueries.From(request), cancellationToken);
        return new CharacterReferenceList
        {
            Items = mapper.Map<List<CharacterReferenceRecord>>(page.Items),
            NextCursor = page.Next is { } next ? ReferenceCursors.Write(next) : null,
        };
    }

    /// <summary>Tells everything known of an image.</summary>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("character_references/{image_id}")]
    [ProducesResponseType<CharacterReferenceRecord>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceRecord>> Get(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId, [FromServices] FindReferenceHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match<ActionResult<CharacterReferenceRecord>>(stored => mapper.Map<CharacterReferenceRecord>(stored), error => this.ToProblem(error));
    }

    /// <summary>Deletes an image: its record and its bytes.</summary>
    /// <remarks>While jobs use it, the answer is 409 and names them.</remarks>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpDelete("character_references/{image_id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Delete(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId, [FromServices] DeleteReferenceHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
