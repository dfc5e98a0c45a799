using CharacterRefs.Api.Http;
using CharacterRefs.Application.Events;

namespace CharacterRefs.Api.Jobs;

/// <summary>The event <c>job</c>: how far a call on the files of a job is.</summary>
internal sealed record JobProgressEvent(string JobId, string Operation, string State, int FilesDone, int Files, long BytesDone, long Bytes)
{
    public static JobProgressEvent Of(JobProgress job) => new(
        job.JobId.ToString(),
        JsonFields.NameOf(job.Operation.ToString()),
        job.IsEnded ? "ended" : "running",
        job.DoneFiles,
        job.Files,
        job.DoneBytes,
        job.Bytes);
}
