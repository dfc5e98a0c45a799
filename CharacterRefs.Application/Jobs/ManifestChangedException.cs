namespace CharacterRefs.Application.Jobs;

/// <summary>
/// The manifest of a job is no longer the one that a change began with. Without a defect this needs another service with a catalog of its own, or a lease
/// that expired while its holder stood still; the change was not committed.
/// </summary>
public sealed class ManifestChangedException(JobId jobId) : Exception($"The manifest of job {jobId} was changed by another service meanwhile.");
