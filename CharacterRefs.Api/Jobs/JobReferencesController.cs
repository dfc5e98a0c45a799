using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.DissociateReference;
using CharacterRefs.Application.Jobs.ListJobReferences;

namespace CharacterRefs.Api.Jobs;

/// <summary>The images a job uses.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/character_references")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobReferencesController(IMapper mapper) : ControllerBase
{
    /// <summary>Associates images with a job.</summary>
    /// <remarks>
    /// Copies each image to the job's prefix in the object store and to the job's workspace, then appends it to the job's list. Idempotent. An image known
    /// only to the store, written by an earlier system, is adopted. If an id is unknown, nothing is changed: the error lists all unknown ids in `detail` and
    /// `unknown_image_ids`. While the store is unreachable, nothing is associated and unknown ids are not reported: 503. A retry reuses copies already made.
    /// </remarks>
    [HttpPost]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<JobCharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError,
        ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobCharacterReferenceList>> AssociateCharacterReferences(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] AssociateCharacterReferencesRequest request,
        [FromServices] AssociateReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(request.ToCommand(jobId), cancellationToken);
        return result.Match<ActionResult<JobCharacterReferenceList>>(set => mapper.Map<JobCharacterReferenceList>(set), error => this.ToProblem(error));
    }

    /// <summary>Lists the images a job uses, in the order of association.</summary>
    /// <remarks>
    /// Images that an earlier system put into the job's folder in the store are adopted and associated first. If the job uses no images, the list is
    /// empty when the job has a workspace or stored files; otherwise the response is 404.
    /// </remarks>
    [HttpGet]
    [ProducesResponseType<JobCharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobCharacterReferenceList>> ListJobCharacterReferences(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ListJobReferencesHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match<ActionResult<JobCharacterReferenceList>>(set => mapper.Map<JobCharacterReferenceList>(set), error => this.ToProblem(error));
    }

    /// <summary>Removes an image from a job: from its stored set, its workspace and its list.</summary>
    /// <remarks>
    /// The image itself is kept. A file of that name with other bytes is kept too: it belongs to the pipeline. While another request changes the job, the
    /// response is 409 with `Retry-After`.
    /// </remarks>
    [HttpDelete("{image_id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> RemoveJobCharacterReference(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromServices] DissociateReferenceHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, imageId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
