namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>The local disk failed: full, read-only, or broken. The message has no path outside of a workspace.</summary>
public sealed class LocalStorageException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whether a foreign entry, such as a link or a folder, has the file's name: retries fail until somebody removes it.
    /// </summary>
    public bool IsObstructed { get; init; }
}
