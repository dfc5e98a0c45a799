using System.Buffers;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// A directory in which files are completed under temporary names before a rename within the same file system publishes them. Each file is locked while its
/// writer runs.
/// </summary>
/// <param name="directory">Its path; created when it is missing. A link there is not followed.</param>
/// <param name="isHeld">Whether the path is of a directory that is held open, so that nothing can replace it.</param>
internal sealed class StagingArea(string directory, bool isHeld = false)
{
    private const string Extension = ".part";
    private const int BufferBytes = 64 * 1024; // longer ones are large objects, and new ones cause full collections
    private const int CreateAttempts = 3;

    /// <summary>Streams the content into a temporary file and computes its hash.</summary>
    /// <param name="content">Read to its end, or to one byte over the limit. Its exceptions are not wrapped.</param>
    /// <param name="maxBytes">Longest accepted content.</param>
    /// <param name="failed">Message of a disk error, without a full stop.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <param name="isFlushed">Whether the file is flushed to disk here; otherwise the caller flushes it before publishing.</param>
    /// <returns>The staged file; <c>null</c> when the content is longer than the limit.</returns>
    public async Task<StagedFile?> StageAsync(Stream content, long maxBytes, string failed, CancellationToken cancellationToken, bool isFlushed = true)
    {
        var file = DiskFault.Guard(failed, Create);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        StagedFile? staged = null;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var length = 0L;
            int read;
            while ((read = await FillAsync(buffer.AsMemory(0, NextRead(buffer, maxBytes - length)))) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    return null;
                }

                hash.AppendData(buffer, 0, read);

                // Writing to the page cache is faster than switching to another thread.
                DiskFault.Guard(failed, () => file.Write(buffer, 0, read));
            }

            DiskFault.Guard(failed, () => file.Flush(isFlushed));
            staged = new StagedFile(file) { SizeBytes = length, Sha256 = ContentHash.FromDigest(hash.GetHashAndReset()) };
            return staged;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (staged is null)
            {
                StagedFile.Discard(file);
            }
        }

        // A socket may return few bytes at a time, and each write costs about the same.
        ValueTask<int> FillAsync(Memory<byte> room) => content.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken);
    }

    /// <summary>Creates a locked file that still exists: a sweep may remove it between creation and lock.</summary>
    public FileStream Create()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(directory);
                RejectLink();
                var file = new FileStream(Path.Join(directory, Path.GetRandomFileName() + Extension), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Share = FileShare.Read | FileShare.Delete,
                    BufferSize = 0,
                    Options = FileOptions.Asynchronous,
                });
                if (File.Exists(file.Name))
                {
                    return file;
                }

                file.Dispose();
            }
            catch (IOException) when (attempt < CreateAttempts)
            {
            }

            if (attempt == CreateAttempts)
            {
                throw new IOException("A new temporary file was removed repeatedly.");
            }
        }
    }

    /// <summary>Removes the files of dead writers.</summary>
    /// <returns>How many were removed.</returns>
    public int RemoveAbandoned()
    {
        var removed = 0;
        RejectLink();
        var files = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Directory };
        foreach (var path in Directory.Exists(directory) ? Directory.GetFiles(directory, "*" + Extension, files) : [])
        {
            try
            {
                // FileShare.None takes the exclusive lock, which fails while a writer has its handle; the kernel releases the locks of a dead
                // process. (DOTNET_SYSTEM_IO_DISABLEFILELOCKING would remove this protection.) The file is removed before the lock is released.
                new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
                removed++;
            }
            catch (Exception error) when (DiskFault.Is(error))
            {
                // Locked, removed meanwhile, or access denied: skipped.
            }
        }

        return removed;
    }

    // Without it, files would be written, and removed, wherever the link leads.
    private void RejectLink()
    {
        if (!isHeld && new DirectoryInfo(directory).LinkTarget is not null)
        {
            throw new UnauthorizedAccessException("The directory of temporary files is a link; links are not followed.");
        }
    }

    // One byte more than allowed shows that the content is too long.
    private static int NextRead(byte[] buffer, long remaining) => remaining < buffer.Length ? (int)remaining + 1 : buffer.Length;
}
