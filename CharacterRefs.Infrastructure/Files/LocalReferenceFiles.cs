using System.Buffers;
using System.Security.Cryptography;
using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// The files under <c>{DATA_ROOT}/character_reference/</c>, staged in a hidden directory inside it, so that publishing is a rename within one file
/// system. Names are built from parsed ids and known formats only; links and directories in the place of a file do not count as one.
/// </summary>
internal sealed class LocalReferenceFiles : IReferenceFiles
{
    private const string DirectoryName = "character_reference";
    private const string StagingName = ".staging";
    private const string StagingExtension = ".part";
    private const int BufferBytes = 128 * 1024;
    private const int CreateAttempts = 3;

    private readonly string _directory;
    private readonly string _staging;

    /// <exception cref="LocalStorageException">The directory cannot be made or written to.</exception>
    public LocalReferenceFiles(DataRootOptions options)
    {
        _directory = Path.GetFullPath(Path.Join(options.Path, DirectoryName));
        _staging = Path.Join(_directory, StagingName);
        DiskFault.Guard("The directory that DATA_ROOT names cannot be written to", () => StagedFile.Discard(CreateStaging()));
    }

    /// <inheritdoc/>
    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        const string Failed = "The image could not be written to the local disk";
        var file = DiskFault.Guard(Failed, CreateStaging);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        StagedFile? staged = null;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var length = 0L;
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, NextRead(buffer, maxBytes - length)), cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    return null;
                }

                hash.AppendData(buffer, 0, read);
                await WriteAsync(file, buffer.AsMemory(0, read), Failed, cancellationToken);
            }

            DiskFault.Guard(Failed, () => file.Flush(flushToDisk: true));
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
    }

    /// <inheritdoc/>
    public void Publish(IStagedFile staged, CharacterReferenceId id, ImageFormat format)
    {
        if (staged is not StagedFile file)
        {
            throw new ArgumentException("Only a file that was staged here can be published here.", nameof(staged));
        }

        const string Failed = "The image could not be given its name on the local disk";
        var path = FullPath(id, format);
        if (!DiskFault.Guard(Failed, () => DurableRename.TryMove(file.Path, path)))
        {
            throw new LocalStorageException("An image file already stands under that id.");
        }

        file.MarkPublished();
        try
        {
            DurableRename.FlushDirectory(_directory);
        }
        catch (IOException error)
        {
            // Not durable is not published: the caller reports a failure and writes no row.
            StagedFile.TryRemove(path);
            throw DiskFault.Translate(Failed, error);
        }
    }

    /// <inheritdoc/>
    public LocalFile? Find(CharacterReferenceId id, ImageFormat format) => Read(FullPath(id, format));

    /// <inheritdoc/>
    public Stream OpenRead(LocalFile file) => DiskFault.Guard(
        "The image could not be read from the local disk",
        () => new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan));

    /// <inheritdoc/>
    public async Task<ContentHash> HashAsync(LocalFile file, CancellationToken cancellationToken)
    {
        await using var content = OpenRead(file);
        return ContentHash.FromDigest(await SHA256.HashDataAsync(content, cancellationToken));
    }

    /// <inheritdoc/>
    public string RelativePath(CharacterReferenceId id, ImageFormat format) =>
        Path.GetRelativePath(Environment.CurrentDirectory, FullPath(id, format)).Replace(Path.DirectorySeparatorChar, '/');

    /// <inheritdoc/>
    public void Delete(CharacterReferenceId id, ImageFormat format)
    {
        if (Find(id, format) is { } file)
        {
            DiskFault.Guard("The image could not be removed from the local disk", () => File.Delete(file.FullPath));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<PublishedFile> List()
    {
        foreach (var path in FilesIn(_directory, "*"))
        {
            if (TryParseName(Path.GetFileName(path), out var id, out var format) && Read(path) is { } file)
            {
                yield return new PublishedFile(id, format, file);
            }
        }
    }

    /// <inheritdoc/>
    public int RemoveAbandonedStaging()
    {
        var removed = 0;
        foreach (var path in FilesIn(_staging, "*" + StagingExtension))
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

    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, string failed, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            throw DiskFault.Translate(failed, error);
        }
    }

    private static LocalFile? Read(string path) => DiskFault.Guard("The image could not be found on the local disk", () =>
    {
        try
        {
            // GetAttributes tells absent from unreachable, which FileInfo.Exists does not, and does not follow a link.
            if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != 0)
            {
                return null;
            }

            var file = new FileInfo(path);
            return new LocalFile(path, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    private static List<string> FilesIn(string directory, string pattern) =>
        DiskFault.Guard("The local disk could not be listed", () => Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, pattern, new EnumerationOptions
            {
                AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Directory,
                IgnoreInaccessible = false,
            }).ToList()
            : []);

    private static bool TryParseName(string name, out CharacterReferenceId id, out ImageFormat format)
    {
        format = ImageFormat.FromExtension(Path.GetExtension(name).TrimStart('.')) ?? ImageFormat.Png;
        return CharacterReferenceId.TryParse(Path.GetFileNameWithoutExtension(name), out id) && name == FileName(id, format);
    }

    private static string FileName(CharacterReferenceId id, ImageFormat format) => $"{id}.{format.Extension}";

    private string FullPath(CharacterReferenceId id, ImageFormat format) => Path.Join(_directory, FileName(id, format));

    /// <summary>Creates a file that is locked and certainly still there: a sweep may have taken it in the moment between creation and lock.</summary>
    private FileStream CreateStaging()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(_staging);
                var file = new FileStream(Path.Join(_staging, Path.GetRandomFileName() + StagingExtension), new FileStreamOptions
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
}
