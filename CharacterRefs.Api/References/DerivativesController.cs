using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.References.GetDerivative;

namespace CharacterRefs.Api.References;

/// <summary>Smaller renderings of images, for pages.</summary>
[ApiController]
[Route("api/mv/character_references/{image_id}/derivatives")]
[Tags("Character references")]
public sealed class DerivativesController : ControllerBase
{
    /// <summary>Returns a smaller WebP rendering of an image.</summary>
    /// <remarks>
    /// The rendering is upright, in sRGB, never enlarged, and carries no metadata except the mark that says whether a model made the image. With cloud serving,
    /// redirects to a presigned URL. HEAD returns the same headers without a body. A presigned URL returns 404 when someone has removed the object since the
    /// service last saw it; a request with `Cache-Control: no-cache` makes the service look, and store the rendering again.
    /// </remarks>
    /// <param name="name">`thumb.webp` (at most 320 pixels on a side) or `preview.webp` (1024).</param>
    [HttpGet("{name}")]
    [HttpHead("{name}")]
    [ProducesImage]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable, ErrorKind.Overloaded,
        InvalidField = "name", InvalidDetail = "name must be one of: thumb.webp, preview.webp.")]
    public async Task<ActionResult> GetCharacterReferenceDerivative(
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromRoute(Name = "name"), KnownValues("thumb.webp", "preview.webp")] string name,
        [FromServices] GetDerivativeHandler handler,
        CancellationToken cancellationToken)
    {
        if (Derivative.All.SingleOrDefault(known => known.Name == name) is not { } derivative)
        {
            return this.ToProblem(Error.Invalid("name", $"name must be one of: {string.Join(", ", Derivative.All.Select(known => known.Name))}."));
        }

        var isFresh = Request.GetTypedHeaders().CacheControl?.NoCache is true;
        var result = await handler.HandleAsync(new GetDerivativeQuery(imageId, derivative, isFresh), cancellationToken);
        return result.Match(this.ToImage, this.ToProblem);
    }
}
