namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>A complete file under a temporary name. Disposal removes it unless it was published.</summary>
public interface IStagedFile : IDisposable
{
    /// <summary>Full path of the temporary file.</summary>
    string Path { get; }

    /// <summary>Length in bytes.</summary>
    long SizeBytes { get; }

    /// <summary>SHA-256 of the content.</summary>
    ContentHash Sha256 { get; }

    /// <summary>Flushes the file to disk. Publishing flushes one that was not; doing it here lets other work continue meanwhile.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    Task FlushAsync();
}
