using CharacterRefs.Application.Events;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Shows the calls on all files of a job to those who watch events.</summary>
public sealed class JobActivities(EventLog events, TimeProvider clock)
{
    /// <summary>A call begins; it ends when the result is disposed.</summary>
    internal JobActivity Begin(JobId jobId, JobOperation operation) => new(events, clock, jobId, operation);
}
