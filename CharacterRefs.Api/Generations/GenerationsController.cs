using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Generations;

/// <summary>Generation of character reference images.</summary>
[ApiController]
[Route("api/mv")]
[Produces("application/json")]
[Tags("Character references")]
public sealed class GenerationsController(IMapper mapper) : ControllerBase
{
    /// <summary>Generates one to four reference images from a description.</summary>
    /// <remarks>
    /// Each image is a prediction of its own. The response is sent when all predictions have ended. Failed predictions are listed in `metadata.failures`; the
    /// other images are stored. If every prediction failed, the response is the error of the first one.
    /// </remarks>
    [HttpPost("generate_character_reference")]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ServiceFilter<GenerationConcurrencyFilter>]
    [ProducesResponseType<GenerateCharacterReferenceResponse>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.PayloadTooLarge, ErrorKind.GenerationRejected, ErrorKind.RateLimited,
        ErrorKind.UpstreamFailed, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable, ErrorKind.UpstreamTimedOut,
        InvalidField = "num_images", InvalidDetail = "num_images must be a whole number from 1 to 4.")]
    public async Task<ActionResult<GenerateCharacterReferenceResponse>> GenerateCharacterReference(
        [FromBody] GenerateCharacterReferenceRequest request,
        [FromServices] GenerateReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(request.ToCommand(), cancellationToken);
        return result.Match<ActionResult<GenerateCharacterReferenceResponse>>(
            generated => new GeneratedImagesResult(
                mapper.Map<GenerateCharacterReferenceResponse>(generated),
                [.. generated.Images.Select(image => request.IncludeBase64 is false ? null : image)]),
            error => this.ToProblem(error));
    }
}
