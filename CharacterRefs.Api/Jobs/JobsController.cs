using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Jobs;

/// <summary>Deletion of jobs.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobsController : ControllerBase
{
    /// <summary>Deletes a job's stored files and its associations with images.</summary>
    /// <remarks>The workspace and the images themselves are kept. If the operation was interrupted, repeating the request completes it.</remarks>
    [HttpDelete]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> DeleteJob(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] DeleteJobHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
