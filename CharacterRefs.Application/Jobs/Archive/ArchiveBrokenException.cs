using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>A file in the store is not what the set's manifest says. The message names it and may be shown.</summary>
/// <param name="path">The file.</param>
/// <param name="cause">What is wrong, following its name in a sentence.</param>
/// <param name="inner">What was met.</param>
public sealed class ArchiveBrokenException(JobAssetPath path, string cause, Exception? inner = null)
    : IOException($"The archive cannot be made from what is in the store: {path} {cause}.", inner);
