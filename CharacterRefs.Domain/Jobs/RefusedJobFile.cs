namespace CharacterRefs.Domain.Jobs;

/// <summary>A file of a workspace that cannot be part of the set, such as a link or a name that is not legal in the store.</summary>
/// <param name="Path">Its path in the workspace, as the disk has it; it may be no legal path.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RefusedJobFile(string Path, string Reason);
