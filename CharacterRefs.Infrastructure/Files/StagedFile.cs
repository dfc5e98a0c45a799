using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// A staged file with its handle still open. The handle carries the lock by which a sweep in this or another process knows that the writer lives; it
/// is shared for reading, so that the image can be inspected by its path meanwhile.
/// </summary>
internal sealed class StagedFile(FileStream handle) : IStagedFile
{
    private bool _isPublished;

    /// <inheritdoc/>
    public string Path => handle.Name;

    /// <inheritdoc/>
    public required long SizeBytes { get; init; }

    /// <inheritdoc/>
    public required ContentHash Sha256 { get; init; }

    /// <summary>Sets the time of writing that the file will have. Nothing may be written afterwards.</summary>
    /// <param name="at">The time.</param>
    /// <param name="isFlushed">Whether the file is brought to the disk, with its time.</param>
    public void SetModifiedAt(DateTimeOffset at, bool isFlushed)
    {
        File.SetLastWriteTimeUtc(handle.SafeFileHandle, at.UtcDateTime);
        handle.Flush(isFlushed);
    }

    /// <summary>The temporary name is gone and the file is no longer ours to remove.</summary>
    public void MarkPublished()
    {
        _isPublished = true;
        handle.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isPublished)
        {
            Discard(handle);
        }
    }

    /// <summary>Removes a file that is not to be, and closes it.</summary>
    public static void Discard(FileStream handle)
    {
        // Removed before the lock is let go: nobody can take it for abandoned in between.
        TryRemove(handle.Name);
        handle.Dispose();
    }

    /// <summary>Removes a name; what cannot be removed is left to the sweep.</summary>
    public static void TryRemove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
        }
    }
}
