using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Jobs;

/// <summary>A job's set in one file.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/assets/archive")]
[Tags("Jobs")]
public sealed class JobArchiveController : ControllerBase
{
    /// <summary>Downloads a job's set as a zip file.</summary>
    /// <remarks>
    /// The files of the manifest, uncompressed, under their workspace paths (<c>final/…</c>), so that unpacking into a workspace restores it; kept versions are not
    /// in it. The same set gives the same bytes, and length and <c>ETag</c> are known beforehand, so a broken download resumes by <c>Range</c>; send <c>If-Range</c>
    /// with the <c>ETag</c>, so that a set that was replaced since is sent whole. Every file that is sent whole is held against its SHA-256 on the way, and a transfer
    /// that meets a wrong file breaks off: one that reaches its announced length in one go has none. Of a file that is sent in part only the length is checked, so
    /// test an archive that was resumed, as by <c>unzip -t</c>.
    /// </remarks>
    /// <param name="jobId">The job.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet]
    [HttpHead]
    [ProducesArchive]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Get(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ArchiveJobHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(archive => new JobArchiveResult(archive), this.ToProblem);
    }
}
