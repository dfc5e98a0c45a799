using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.Archive;

namespace CharacterRefs.Api.Jobs;

/// <summary>A job's set as one file.</summary>
[ApiController]
[Route("api/mv/jobs/{job_id}/assets/archive")]
[Tags("Jobs")]
public sealed class JobArchiveController : ControllerBase
{
    /// <summary>Returns a job's set as a zip file.</summary>
    /// <remarks>
    /// Contains the files of the manifest, uncompressed, under their workspace paths (`final/…`), so that unpacking it into a workspace restores the set.
    /// Without a manifest, contains the files that a restore would write; they are read once before the first byte is sent. Kept versions are not included.
    /// Other objects under the job's prefix are not included either: except for ranges, `X-Ignored` names them (percent-encoded, separated by commas, at most
    /// 4096 bytes), and `X-Ignored-Count` counts them. The same set produces the same bytes, and the length and
    /// `ETag` are known in advance, so an interrupted download can be resumed with `Range`; send `If-Range` with the `ETag`, so that a set replaced meanwhile
    /// is sent in full. Every file sent in full is verified against its SHA-256 during the transfer, and a mismatch aborts the transfer: a complete download
    /// in one request contains no corrupt file. A file of which a range has a part is read and verified before any byte of it is sent, and only once while
    /// it looks the same; when it is damaged, the response is a 409 that names it, or the transfer is aborted before its bytes. A transfer that was aborted
    /// because of damage may have received some of it, so test a resumed archive, for example with `unzip -t`. HEAD returns the same headers without a body.
    /// </remarks>
    [HttpGet]
    [HttpHead]
    [ProducesArchive]
    [ProducesProblems(ErrorKind.ValidationError, ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.ConfigurationError, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> GetJobArchive(
        [FromRoute(Name = "job_id")] JobId jobId, [FromServices] ArchiveJobHandler handler, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(jobId, cancellationToken);
        return result.Match(archive => new JobArchiveResult(archive), this.ToProblem);
    }
}
