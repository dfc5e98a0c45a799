namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// The files in <c>{DATA_ROOT}/character_reference/</c>. They are staged in a hidden subdirectory, so that publishing is a rename within one file system.
/// Names are built from parsed ids and known formats only; links, directories, pipes, sockets and devices are not files.
/// </summary>
internal sealed class LocalReferenceFiles : IReferenceFiles
{
    private const string DirectoryName = "character_reference";
    private const string StagingName = ".staging";
    private const int BufferBytes = 128 * 1024;

    private readonly string _directory;
    private readonly string _relativeDirectory;
    private readonly StagingArea _staging;
    private readonly Lock _counting = new();
    private long _publishedBytes;
    private long? _totalBytes;

    /// <exception cref="LocalStorageException">The directory cannot be created or written to.</exception>
    public LocalReferenceFiles(DataRootOptions options)
    {
        _directory = Path.GetFullPath(Path.Join(options.Path, DirectoryName));
        _relativeDirectory = Path.GetRelativePath(Environment.CurrentDirectory, _directory).Replace(Path.DirectorySeparatorChar, '/');
        _staging = new StagingArea(Path.Join(_directory, StagingName));
        DiskFault.Guard("The directory that DATA_ROOT names cannot be written to", () => StagedFile.Discard(_staging.Create()));
    }

    /// <summary>Makes the names in a directory durable; replaced in tests, which cannot make a disk fail at this step.</summary>
    public Action<string> FlushDirectory { get; init; } = DurableRename.FlushDirectory;

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken) =>
        await _staging.StageAsync(content, maxBytes, "The image could not be written to the local disk", cancellationToken, isFlushed: false);

    public void Publish(IStagedFile staged, CharacterReferenceId id, ImageFormat format)
    {
        if (staged is not StagedFile file)
        {
            throw new ArgumentException("Only a file that was staged here can be published here.", nameof(staged));
        }

        const string Failed = "The image could not be published on the local disk";
        var path = FullPath(id, format);
        file.Flush();
        if (!DiskFault.Guard(Failed, () => file.TryPublish(path, DurableRename.TryMove, FlushDirectory)))
        {
            throw new LocalStorageException("A file with this image id exists already.");
        }

        lock (_counting)
        {
            _publishedBytes += file.SizeBytes;
            _totalBytes += file.SizeBytes;
        }
    }

    public long AvailableBytes => DiskFault.Guard("The free space of the local disk could not be read", () => new DriveInfo(_directory).AvailableFreeSpace);

    public long? TotalBytes
    {
        get
        {
            lock (_counting)
            {
                return _totalBytes;
            }
        }
    }

    public IReadOnlyList<PublishedFile> Measure()
    {
        long publishedBefore;
        lock (_counting)
        {
            publishedBefore = _publishedBytes;
        }

        var found = List().ToList();
        lock (_counting)
        {
            // Concurrent publications may be missing from the list and deletions still in it: the sum may only be too high.
            _totalBytes = found.Sum(file => file.File.SizeBytes) + _publishedBytes - publishedBefore;
        }

        return found;
    }

    public LocalFile? Find(CharacterReferenceId id, ImageFormat format) => Read(FullPath(id, format));

    public IEnumerable<PublishedFile> FindAll(CharacterReferenceId id)
    {
        var names = ImageFormat.All.Select(format => (Name: FileName(id, format), Format: format));
        foreach (var (name, format) in names.Append((ReferenceFileNames.EarlierJpeg(id), ImageFormat.Jpeg)))
        {
            if (Read(Path.Join(_directory, name)) is { } file)
            {
                yield return new PublishedFile(id, format, file);
            }
        }
    }

    public void Rename(LocalFile file, CharacterReferenceId id, ImageFormat format)
    {
        const string Failed = "The image could not be renamed on the local disk";
        var path = FullPath(id, format);
        if (path == file.FullPath)
        {
            return;
        }

        if (!DiskFault.Guard(Failed, () => DurableRename.TryMove(file.FullPath, path)))
        {
            throw new LocalStorageException($"A file with the name {FileName(id, format)} exists already.") { IsObstructed = true };
        }

        DiskFault.Guard(Failed, () => DurableRename.FlushDirectory(_directory));
    }

    public Stream OpenRead(LocalFile file) => DiskFault.Guard(
        "The image could not be read from the local disk",
        () => new FileStream(
            file.FullPath,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            BufferBytes,
            FileOptions.Asynchronous | FileOptions.SequentialScan));

    public void RecordUse(LocalFile file, DateTimeOffset at) => DiskFault.Guard("The use of an image could not be recorded on the local disk", () =>
    {
        try
        {
            // Set explicitly, so that it also works on disks that are mounted with noatime or relatime.
            File.SetLastAccessTimeUtc(file.FullPath, at.UtcDateTime);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted meanwhile.
        }
    });

    public async Task<ContentHash> HashAsync(LocalFile file, CancellationToken cancellationToken)
    {
        await using var content = OpenRead(file);
        return ContentHash.FromDigest(await SHA256.HashDataAsync(content, cancellationToken));
    }

    public string RelativePath(CharacterReferenceId id, ImageFormat format) => $"{_relativeDirectory}/{FileName(id, format)}";

    public void Delete(CharacterReferenceId id, ImageFormat format)
    {
        // One at a time, so that no file is subtracted twice.
        lock (_counting)
        {
            if (Find(id, format) is { } file)
            {
                DiskFault.Guard("The image could not be removed from the local disk", () => File.Delete(file.FullPath));
                _totalBytes -= file.SizeBytes;
            }
        }
    }

    public IEnumerable<PublishedFile> List()
    {
        foreach (var path in Entries(FileAttributes.ReparsePoint | FileAttributes.Directory))
        {
            if (ReferenceFileNames.TryParse(Path.GetFileName(path), out var id, out var format)
                && path == FullPath(id, format) && Read(path) is { } file)
            {
                yield return new PublishedFile(id, format, file);
            }
        }
    }

    public IEnumerable<ForeignEntry> ListForeign()
    {
        foreach (var path in Entries(attributesToSkip: 0))
        {
            var name = Path.GetFileName(path);
            var isImageName = ReferenceFileNames.TryParse(name, out var id, out var format);
            var file = Read(path);
            if (name == StagingName || (isImageName && file is not null && path == FullPath(id, format)))
            {
                continue;
            }

            yield return isImageName && file is not null
                ? new ForeignEntry(name, new PublishedFile(id, format, file), null)
                : new ForeignEntry(name, null, file is null ? "it is a link, a directory or a special file" : ReferenceFileNames.Rule);
        }
    }

    public int RemoveAbandonedStaging() => DiskFault.Guard("The local disk could not be listed", _staging.RemoveAbandoned);

    private static LocalFile? Read(string path) => DiskFault.Guard("The image could not be found on the local disk", () => RegularFile.Find(path));

    private List<string> Entries(FileAttributes attributesToSkip) => DiskFault.Guard("The local disk could not be listed", () => Directory.Exists(_directory)
        ? Directory.EnumerateFileSystemEntries(
            _directory, "*", new EnumerationOptions { AttributesToSkip = attributesToSkip, IgnoreInaccessible = false }).ToList()
        : []);

    private static string FileName(CharacterReferenceId id, ImageFormat format) => $"{id}.{format.Extension}";

    private string FullPath(CharacterReferenceId id, ImageFormat format) => Path.Join(_directory, FileName(id, format));
}
