using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.BreakJobLease;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Jobs.ListJobs;

namespace CharacterRefs.Api.Jobs;

/// <summary>Jobs, and the deletion of jobs and of their leases.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}")]
[Produces("application/json")]
[Tags("Jobs")]
public sealed class JobsController(IMapper mapper) : ControllerBase
{
    /// <summary>Lists known jobs, by id.</summary>
    /// <remarks>
    /// A job is known when it has images, a workspace `JOBS_ROOT/{job_id}` or objects in the store. A job that is created meanwhile does not move the others.
    /// `next_cursor` selects the next page.
    /// </remarks>
    /// <param name="request">Which jobs.</param>
    [HttpGet("/api/mv/jobs")]
    [ProducesResponseType<JobList>(StatusCodes.Status200OK)]
    [ProducesProblems(
        ErrorKind.ValidationError, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable,
        InvalidField = "limit", InvalidDetail = "limit must be a whole number from 1 to 100.")]
    public async Task<ActionResult<JobList>> ListJobs(
        [FromQuery] ListJobsRequest request, [FromServices] ListJobsHandler handler, CancellationToken cancellationToken)
    {
        var page = await handler.HandleAsync(request.ToQuery(), cancellationToken);
        return new JobList { Items = mapper.Map<IReadOnlyList<ListedJob>>(page.Items), NextCursor = page.Next?.ToString() };
    }

    /// <summary>Deletes a job's stored files and its associations with images.</summary>
    /// <remarks>
    /// The workspace and the images themselves are kept. Objects under the job's prefix that are not part of a set are kept and named in a response of 200;
    /// `include_ignored=true` deletes them as well, except objects whose names are not legal keys. If the operation was interrupted, repeating the request
    /// completes it.
    /// </remarks>
    /// <param name="jobId">Id of the job.</param>
    /// <param name="includeIgnored">Whether objects that are not part of a set are deleted.</param>
    [HttpDelete]
    [ProducesResponseType<DeleteJobResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> DeleteJob(
        [FromRoute(Name = "job_id")] JobId jobId,
        [FromServices] DeleteJobHandler handler,
        CancellationToken cancellationToken,
        [FromQuery(Name = "include_ignored")] bool includeIgnored = false)
    {
        var result = await handler.HandleAsync(jobId, includeIgnored, cancellationToken);
        return result.Match<ActionResult>(
            deleted => deleted.Kept.Count == 0 ? NoContent() : Ok(new DeleteJobResponse { JobId = jobId.ToString(), Kept = deleted.Kept }),
            error => this.ToProblem(error));
    }

    /// <summary>Ends the lease of a job whose process is gone.</summary>
    /// <remarks>
    /// A lease expires within `JOB_LEASE` seconds after its process was killed; this ends it at once. A change that still runs is stopped: before the response
    /// in the process that receives this request, otherwise at its next renewal, after at most a third of `JOB_LEASE`. Returns 404 if nobody holds the lease.
    /// </remarks>
    [HttpDelete("lease")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> BreakJobLease(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] BreakJobLeaseHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(_ => NoContent(), error => this.ToProblem(error));
    }
}
