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

    public string Path { get; private set; } = handle.Name;

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

    /// <summary>
    /// Renames the file, makes the rename durable, and closes it. When the flush fails, the file gets its temporary name back: a power loss may remove what is
    /// not durable, so nobody may find it and add a row for it. Its bytes are kept, and the call can be retried.
    /// </summary>
    /// <param name="path">The final name, on the same file system.</param>
    /// <param name="tryMove">Renames from the first path to the second; returns <c>false</c> when the name is taken.</param>
    /// <param name="flushDirectory">Flushes the names in a directory.</param>
    /// <returns><c>false</c> when the name is taken.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryPublish(string path, Func<string, string, bool> tryMove, Action<string> flushDirectory)
    {
        // It still has the name when that could not be taken back.
        if (Path != path && !tryMove(Path, path))
        {
            return false;
        }

        Path = path;
        try
        {
            flushDirectory(System.IO.Path.GetDirectoryName(path)!);
        }
        catch (IOException)
        {
            TakeBack();
            throw;
        }

        MarkPublished();
        return true;
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
            Discard(handle, Path);
        }

        Holder?.Dispose();
    }

    /// <summary>Removes a file and closes it.</summary>
    public static void Discard(FileStream handle) => Discard(handle, handle.Name);

    /// <summary>Removes a file; one that cannot be removed is left to the sweep.</summary>
    public static void TryRemove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // The call that wanted it away has succeeded or failed by itself.
        }
    }

    private static void Discard(FileStream handle, string path)
    {
        // Removed before the lock is released, so that no sweep sees it as abandoned.
        TryRemove(path);
        handle.Dispose();
    }

    private void TakeBack()
    {
        try
        {
            DurableRename.Replace(Path, handle.Name);
            Path = handle.Name;
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // It keeps the name: it is flushed when the call is retried, or removed on disposal.
        }
    }
}
