using CharacterRefs.Application.Events;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A call on all files of a job, from its beginning until it is disposed.</summary>
internal sealed class JobActivity : IDisposable
{
    private readonly EventLog _events;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private JobProgress _shown;

    public JobActivity(EventLog events, TimeProvider clock, JobId jobId, JobOperation operation)
    {
        (_events, _clock, _started) = (events, clock, clock.GetTimestamp());
        _shown = new JobProgress(jobId, operation, IsEnded: false, 0, 0, 0, 0);
        _events.Add(_shown);
    }

    public JobId JobId => _shown.JobId;

    /// <summary>Whole milliseconds since its beginning.</summary>
    public long ElapsedMilliseconds => (long)_clock.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>Shows how far its transfer is; what was shown already is not repeated.</summary>
    public void Show(int doneFiles, int files, long doneBytes, long bytes)
    {
        var next = _shown with { DoneFiles = doneFiles, Files = files, DoneBytes = doneBytes, Bytes = bytes };
        if (next != _shown)
        {
            _events.Add(_shown = next);
        }
    }

    public void Dispose() => _events.Add(_shown with { IsEnded = true });
}
