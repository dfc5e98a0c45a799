using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.DissociateReference;
using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Jobs;

/// <summary>Images that jobs use.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/character_references")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobReferencesController(IMapper mapper) : ControllerBase
{
    /// <summary>Lets a job use images.</summary>
    /// <remarks>
    /// Each image is copied inside the store to the job's prefix and into the job's workspace, and then linked to the job behind those it uses already.
    /// Doing it again is fine. An image that only the store knows, because an earlier system wrote it, is adopted. With one unknown id nothing is done: the
    /// problem lists all of them in its <c>detail</c> and in <c>unknown_image_ids</c>. While the store does not answer nothing is linked, and nothing is
    /// said of unknown ids: 503. What was copied by then is used when it is tried again.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="request">Which images.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpPost]
    [Consumes("application/json")]
    [RequestSizeLimit(BodyLimits.Json)]
    [ProducesResponseType<JobCharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.PayloadTooLarge, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobCharacterReferenceList>> Associate(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromBody] AssociateCharacterReferencesRequest request,
        [FromServices] AssociateReferencesHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(JobReferenceCommands.From(jobId, request), cancellationToken);
        return result.Match<ActionResult<JobCharacterReferenceList>>(set => mapper.Map<JobCharacterReferenceList>(set), error => this.ToProblem(error));
    }

    /// <summary>Lists the images that a job uses, in the order in which they were associated.</summary>
    /// <remarks>A job that uses none has an empty list when it has a workspace or anything in the store, and is unknown otherwise: 404.</remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet]
    [ProducesResponseType<JobCharacterReferenceList>(StatusCodes.Status200OK)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult<JobCharacterReferenceList>> List(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ListJobReferencesHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match<ActionResult<JobCharacterReferenceList>>(set => mapper.Map<JobCharacterReferenceList>(set), error => this.ToProblem(error));
    }

    /// <summary>Takes an image from a job: out of its stored set, its workspace, and its list.</summary>
    /// <remarks>
    /// The image itself stays. So does a file of that name whose bytes are not the image's: it is the pipeline's own. While a persist or restore is at work
    /// on the job, the answer is 409 with <c>Retry-After</c>.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="imageId">Id of the image, a UUID.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpDelete("{image_id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Remove(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromRoute(Name = "image_id")] CharacterReferenceId imageId,
        [FromServices] DissociateReferenceHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, imageId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
