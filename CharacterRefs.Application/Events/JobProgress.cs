namespace CharacterRefs.Application.Events;

/// <summary>How far a call on all files of a job is.</summary>
/// <param name="IsEnded">Whether it has ended, also by an error.</param>
/// <param name="Files">All files; 0 until they were listed.</param>
/// <param name="DoneBytes">Bytes of all files that have passed.</param>
/// <param name="Bytes">Bytes of all files; 0 until they were listed.</param>
public sealed record JobProgress(JobId JobId, JobOperation Operation, bool IsEnded, int DoneFiles, int Files, long DoneBytes, long Bytes)
{
    /// <summary>As one line, for a signal.</summary>
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{JobId} {Operation} {IsEnded} {DoneFiles} {Files} {DoneBytes} {Bytes}");

    /// <summary>Reads <see cref="ToLine"/>; <c>null</c> when it is none, such as one of another version.</summary>
    public static JobProgress? Parse(string line) => line.Split(' ') is [var id, var operation, var ended, var doneFiles, var files, var doneBytes, var bytes]
        && JobId.TryParse(id, out var jobId) && Enum.TryParse<JobOperation>(operation, out var known) && bool.TryParse(ended, out var isEnded)
        && int.TryParse(doneFiles, CultureInfo.InvariantCulture, out var done) && int.TryParse(files, CultureInfo.InvariantCulture, out var all)
        && long.TryParse(doneBytes, CultureInfo.InvariantCulture, out var passed) && long.TryParse(bytes, CultureInfo.InvariantCulture, out var total)
        ? new JobProgress(jobId, known, isEnded, done, all, passed, total)
        : null;
}
