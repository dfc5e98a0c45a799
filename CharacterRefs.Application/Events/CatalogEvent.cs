namespace CharacterRefs.Application.Events;

/// <summary>
/// A change: a generation in its new state, a new image, or how far a call on the files of a job is. With none of them it only says up to where a watcher
/// has seen everything.
/// </summary>
/// <param name="Id">Where to resume after this event; 0 resumes from the beginning.</param>
/// <param name="Generation">The generation; <c>null</c> for others.</param>
/// <param name="Image">The image; <c>null</c> for others.</param>
/// <param name="Job">The call on the files of a job; <c>null</c> for others.</param>
public sealed record CatalogEvent(long Id, Generation? Generation = null, CharacterReference? Image = null, JobProgress? Job = null);
