using System.Buffers;
using System.Security.Cryptography;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// A directory in which files are completed under temporary names before a rename within the same file system makes them visible. A file there is
/// locked as long as its writer lives.
/// </summary>
internal sealed class StagingArea(string directory)
{
    private const string Extension = ".part";
    private const int BufferBytes = 128 * 1024;
    private const int CreateAttempts = 3;

    /// <summary>Streams the content into a temporary file, hashing on the way.</summary>
    /// <param name="content">Read to its end, or to one byte over the limit. Its own failures are thrown as they are.</param>
    /// <param name="maxBytes">Longest content that is kept.</param>
    /// <param name="failed">What did not work when the disk refuses, as a sentence without its full stop.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <param name="isFlushed">Whether it is brought to the disk here; if not, whoever gives it its name does it before.</param>
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

                // Into the system's memory, which takes less time than to hand it to another thread.
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

        // What a socket has at the moment may be little; each write costs about the same.
        ValueTask<int> FillAsync(Memory<byte> room) => content.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken);
    }

    /// <summary>Creates a file that is locked and certainly still there: a sweep may have taken it in the moment between creation and lock.</summary>
    public FileStream Create()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(directory);
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
                throw new IOException("A new file disappeared at once, again and again.");
            }
        }
    }

    /// <summary>Removes the files whose writers are gone.</summary>
    /// <returns>How many were removed.</returns>
    public int RemoveAbandoned()
    {
        var removed = 0;
        var files = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Directory };
        foreach (var path in Directory.Exists(directory) ? Directory.GetFiles(directory, "*" + Extension, files) : [])
        {
            try
            {
                // Sharing with nobody takes the exclusive lock, which fails as long as a writer holds its handle; the kernel lets go of a dead
                // process's locks. (Setting DOTNET_SYSTEM_IO_DISABLEFILELOCKING would take this protection away.) The name goes before the lock.
                new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
                removed++;
            }
            catch (Exception error) when (DiskFault.Is(error))
            {
                // Held, gone meanwhile, or not ours to touch: all the same for a sweep.
            }
        }

        return removed;
    }

    // One byte more than is allowed tells that the content is too long.
    private static int NextRead(byte[] buffer, long remaining) => remaining < buffer.Length ? (int)remaining + 1 : buffer.Length;
}
