using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Jobs;

/// <summary>Jobs as a whole.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobsController : ControllerBase
{
    /// <summary>Deletes what is kept of a job: its stored files and its associations with images.</summary>
    /// <remarks>The workspace is left alone, and so are the images themselves. When it was interrupted, calling again finishes it.</remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpDelete]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Delete([FromRoute(Name = "job_id")] JobId jobId, [FromServices] DeleteJobHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
