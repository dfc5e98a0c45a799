namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>
/// The image files on local disk, one per reference. Files are staged and become visible by one rename, so readers never see a partial file. Disk errors are
/// thrown as <see cref="LocalStorageException"/>.
/// </summary>
public interface IReferenceFiles
{
    /// <summary>Streams the content into a temporary file on the same file system, computes its hash and flushes it to disk.</summary>
    /// <param name="content">Read to its end, or to one byte over the limit.</param>
    /// <param name="maxBytes">Longest accepted content.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <returns>The staged file, which removes itself on disposal unless published; <c>null</c> when the content is longer than the limit.</returns>
    /// <exception cref="LocalStorageException">The disk is full or failed. Exceptions of <paramref name="content"/> are not wrapped.</exception>
    Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Renames a staged file to its final name, without overwriting, and makes the rename durable. After a failure the file is staged as before, so that the
    /// call can be retried.
    /// </summary>
    /// <exception cref="LocalStorageException">A file with this name exists, or the disk failed.</exception>
    void Publish(IStagedFile staged, CharacterReferenceId id, ImageFormat format);

    /// <summary>Finds the published file; <c>null</c> when there is none.</summary>
    LocalFile? Find(CharacterReferenceId id, ImageFormat format);

    /// <summary>
    /// Finds the files of this id under the names of all formats, and with the extension <c>jpeg</c>, which earlier systems wrote.
    /// </summary>
    IEnumerable<PublishedFile> FindAll(CharacterReferenceId id);

    /// <summary>Gives a found file the name of its id and format, without overwriting; does nothing when it has that name.</summary>
    /// <exception cref="LocalStorageException">A file with that name exists, or the disk failed.</exception>
    void Rename(LocalFile file, CharacterReferenceId id, ImageFormat format);

    /// <summary>Opens a found file for asynchronous reading from its start; the caller disposes the stream.</summary>
    /// <exception cref="LocalStorageException">It was removed or cannot be read.</exception>
    Stream OpenRead(LocalFile file);

    /// <summary>Records that a found file was used; its bytes and <see cref="LocalFile.LastModified"/> do not change. An absent file is not an error.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    void RecordUse(LocalFile file, DateTimeOffset at);

    /// <summary>Computes the SHA-256 of a found file.</summary>
    /// <exception cref="LocalStorageException">It was removed or cannot be read.</exception>
    Task<ContentHash> HashAsync(LocalFile file, CancellationToken cancellationToken);

    /// <summary>Path of the file, whether or not it exists, relative to the working directory, with forward slashes.</summary>
    string RelativePath(CharacterReferenceId id, ImageFormat format);

    /// <summary>Removes the published file; an absent one is not an error.</summary>
    void Delete(CharacterReferenceId id, ImageFormat format);

    /// <summary>Lists every published file, in no order.</summary>
    IEnumerable<PublishedFile> List();

    /// <summary>Lists every other entry of the directory, in no order; the directory of temporary files is left out.</summary>
    IEnumerable<ForeignEntry> ListForeign();

    /// <summary>Bytes that the disk can still take.</summary>
    /// <exception cref="LocalStorageException">The disk cannot say.</exception>
    long AvailableBytes { get; }

    /// <summary>Total size of all published files in bytes, kept up to date in memory; <c>null</c> until <see cref="Measure"/> ran.</summary>
    long? TotalBytes { get; }

    /// <summary>
    /// Lists every published file, in no order, and sets <see cref="TotalBytes"/> to their sum. With concurrent changes the sum may be too high until the next
    /// call, never too low.
    /// </summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    IReadOnlyList<PublishedFile> Measure();

    /// <summary>Removes temporary files of dead processes; those of running processes are kept.</summary>
    /// <returns>How many were removed.</returns>
    int RemoveAbandonedStaging();
}
