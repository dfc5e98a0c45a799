namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>The local disk did not take or give the bytes: full, read-only, or broken. The message names no path outside of a workspace.</summary>
public sealed class LocalStorageException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whether something that was not made here stands in the way, such as a link or a folder under a file's name: until somebody removes it, trying again
    /// does not help.
    /// </summary>
    public bool IsObstructed { get; init; }
}
