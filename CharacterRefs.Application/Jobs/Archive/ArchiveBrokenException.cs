namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>A file in the store does not match the set's manifest. The message names it and is for clients.</summary>
/// <param name="cause">What is wrong, as the rest of a sentence after its name.</param>
public sealed class ArchiveBrokenException(JobAssetPath path, string cause, Exception? inner = null)
    : IOException($"The archive could not be created: {path} {cause}.", inner)
{
    /// <summary>The length is right and the hash is not.</summary>
    internal static ArchiveBrokenException OtherBytes(JobAssetPath path) => new(path, "has other bytes than were stored");
}
