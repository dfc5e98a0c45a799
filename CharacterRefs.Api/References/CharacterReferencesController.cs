using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.References.AnnotateReference;
using CharacterRefs.Application.References.DeleteReference;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.References.ListReferences;
using CharacterRefs.Application.References.UploadReference;

namespace CharacterRefs.Api.References;

/// <summary>Upload, delivery, listing and deletion of character reference images.</summary>
[ApiController]
[Route("api/mv")]
[Produces("application/json")]
[Tags("Character references")]
public sealed class CharacterReferencesController(IMapper mapper) : ControllerBase
{
    /// <summary>Stores an uploaded image.</summary>
    /// <remarks>
    /// The image must be a PNG, JPEG or WebP file of at most 10 MiB, 16384 pixels per side and 50 megapixels (25 if progressive or interlaced), with one
    /// frame, and must decode completely. Lossless, hierarchical and arithmetic JPEGs are rejected. The format is detected from the content; the declared
    /// media type and the file name are ignored.
    /// </remarks>
    [HttpPost("upload_character_reference")]
    [Consumes("multipart/form-data")]
    [FileUpload]
    [ProducesResponseType<UploadCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.PayloadTooLarge, ErrorKind.StorageUnavailable,
        InvalidField = "file", InvalidDetail = "The form must have exactly one part named file, and no other.")]
    public async Task<ActionResult<UploadCharacterReferenceResponse>> UploadCharacterReference(
        [FromQuery] UploadCharacterReferenceRequest request, [FromServices] UploadReferenceHandler handler, CancellationToken cancellationToken)
    {
        await using var file = await SingleFilePartStream.OpenAsync(Request, cancellationToken);
        var reusesDuplicate = request.OnDuplicate is UploadCharacterReferenceRequest.Reuse;
        var result = await handler.HandleAsync(new UploadReferenceCommand(file, file.FileName, reusesDuplicate), cancellationToken);
        return result.Match<ActionResult<UploadCharacterReferenceResponse>>(
            stored => mapper.Map<UploadCharacterReferenceResponse>(stored), error => this.ToProblem(error));
    }

    /// <summary>Returns an image, or its presigned URL.</summary>
    /// <remarks>
    /// With local serving, returns the bytes with `ETag` and `Last-Modified`, and supports conditional requests and ranges. With cloud serving, returns a
    /// presigned URL as JSON, or redirects to it. While the object store is unreachable, returns the local bytes with `X-Served-From: local`. HEAD returns the
    /// same headers without a body.
    /// </remarks>
    /// <param name="redirect">With cloud serving: whether to redirect to the presigned URL instead of returning it as JSON.</param>
    [HttpGet("get_character_reference/{image_id}")]
    [HttpHead("get_character_reference/{image_id}")]
    [ProducesImage(typeof(ReferenceLocation))]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetCharacterReference(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromServices] DeliverReferenceHandler handler,
        CancellationToken cancellationToken,
        [FromQuery(Name = "redirect")] bool redirect = false)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match(
            delivery => delivery.FromStore && !redirect ? Ok(mapper.Map<ReferenceLocation>(delivery)) : this.ToImage(delivery), this.ToProblem);
    }

    /// <summary>Returns the bytes of an image from its stable URL.</summary>
    /// <remarks>With cloud serving, redirects to a presigned URL unless `redirect=false`. HEAD returns the same headers without a body.</remarks>
    /// <param name="redirect">With cloud serving: whether to redirect to the presigned URL instead of returning the bytes.</param>
    [HttpGet("character_references/{image_id}/content")]
    [HttpHead("character_references/{image_id}/content")]
    [ProducesImage]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetCharacterReferenceContent(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromServices] DeliverReferenceHandler handler,
        CancellationToken cancellationToken,
        [FromQuery(Name = "redirect")] bool redirect = true)
    {
        var result = await handler.HandleAsync(imageId, redirect, cancellationToken);
        return result.Match(this.ToImage, this.ToProblem);
    }

    /// <summary>Lists images, newest first.</summary>
    /// <remarks>Pages are stable: images added meanwhile do not shift them.</remarks>
    [HttpGet("character_references")]
    [ProducesResponseType<CharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.StorageUnavailable,
        InvalidField = "limit", InvalidDetail = "limit must be a whole number from 1 to 100.")]
    public async Task<ActionResult<CharacterReferenceList>> ListCharacterReferences(
        [FromQuery] ListCharacterReferencesRequest request, [FromServices] ListReferencesHandler handler, CancellationToken cancellationToken)
    {
        var page = await handler.HandleAsync(request.ToQuery(), cancellationToken);
        return new CharacterReferenceList
        {
            Items = mapper.Map<List<CharacterReferenceRecord>>(page.Items),
            NextCursor = page.Next is { } next ? ReferenceCursorText.Write(next) : null,
        };
    }

    /// <summary>Returns the full record of an image.</summary>
    /// <remarks>Includes the provenance of a generated image, the jobs that use the image, and the state of its copies.</remarks>
    [HttpGet("character_references/{image_id}")]
    [ProducesResponseType<CharacterReferenceRecord>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<CharacterReferenceRecord>> GetCharacterReferenceRecord(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId, [FromServices] FindReferenceHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match<ActionResult<CharacterReferenceRecord>>(stored => mapper.Map<CharacterReferenceRecord>(stored), error => this.ToProblem(error));
    }

    /// <summary>Changes the favorite mark, the rating, the tags or the note of an image.</summary>
    /// <remarks>Absent members stay as they are. An empty list removes the tags, an empty text removes the note.</remarks>
    [HttpPatch("character_references/{image_id}")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<CharacterReferenceRecord>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable,
        InvalidField = "rating", InvalidDetail = "rating must be a whole number from 0 to 5.")]
    public async Task<ActionResult<CharacterReferenceRecord>> AnnotateCharacterReference(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromBody] AnnotateCharacterReferenceRequest request,
        [FromServices] AnnotateReferenceHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(new AnnotateReferenceCommand(imageId, request.ToChange()), cancellationToken);
        return result.Match<ActionResult<CharacterReferenceRecord>>(stored => mapper.Map<CharacterReferenceRecord>(stored), error => this.ToProblem(error));
    }

    /// <summary>Deletes an image: its record and its bytes.</summary>
    /// <remarks>While jobs use the image, the response is 409 and lists them.</remarks>
    [HttpDelete("character_references/{image_id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> DeleteCharacterReference(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId, [FromServices] DeleteReferenceHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(imageId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
