namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// A staged file with an open handle. The handle holds a lock, by which a sweep of this or another process recognizes a running writer; it is shared for
/// reading, so that the image can be inspected by its path.
/// </summary>
internal sealed class StagedFile(FileStream handle) : IStagedFile
{
    private bool _isPublished;
    private bool _isFlushed;

    /// <summary>What keeps <see cref="Path"/> valid, released with the file; <c>null</c> when nothing has to.</summary>
    public IDisposable? Holder { get; set; }

    public string Path => handle.Name;

    public required long SizeBytes { get; init; }

    public required ContentHash Sha256 { get; init; }

    /// <summary>Flushes the file to disk, unless that was done.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public void Flush()
    {
        if (!_isFlushed)
        {
            DiskFault.Guard("The file could not be written to the local disk", () => RandomAccess.FlushToDisk(handle.SafeFileHandle));
            _isFlushed = true;
        }
    }

    public Task FlushAsync() => Task.Run(Flush);

    /// <summary>Sets the modification time. Nothing may be written afterwards.</summary>
    /// <param name="isFlushed">Whether the file and its time are flushed to disk.</param>
    public void SetModifiedAt(DateTimeOffset at, bool isFlushed)
    {
        File.SetLastWriteTimeUtc(handle.SafeFileHandle, at.UtcDateTime);
        handle.Flush(isFlushed);
    }

    /// <summary>Marks the file as renamed, so that disposal does not remove it.</summary>
    public void MarkPublished()
    {
        _isPublished = true;
        handle.Dispose();
    }

    public void Dispose()
    {
        if (!_isPublished)
        {
            Discard(handle);
        }

        Holder?.Dispose();
    }

    /// <summary>Removes a file and closes it.</summary>
    public static void Discard(FileStream handle)
    {
        // Removed before the lock is released, so that no sweep sees it as abandoned.
        TryRemove(handle.Name);
        handle.Dispose();
    }

    /// <summary>Removes a file; one that cannot be removed is left to the sweep.</summary>
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
