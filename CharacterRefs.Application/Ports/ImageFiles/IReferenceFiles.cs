using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>
/// The image files on local disk, one per reference. Bytes enter by staging and become visible by one rename, so a reader never sees half a file.
/// A disk that does not take the bytes is a <see cref="LocalStorageException"/>.
/// </summary>
public interface IReferenceFiles
{
    /// <summary>Streams the content into a temporary file on the same file system, hashing on the way, and flushes it to the disk.</summary>
    /// <param name="content">Read to its end, or to one byte over the limit.</param>
    /// <param name="maxBytes">Longest content that is kept.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <returns>The staged file, which removes itself on disposal unless published; <c>null</c> when the content is longer than the limit.</returns>
    /// <exception cref="LocalStorageException">The disk is full or refuses. A failure of <paramref name="content"/> itself is thrown as it is.</exception>
    Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Renames a staged file to its final name, without overwriting, and makes the rename durable.</summary>
    /// <exception cref="LocalStorageException">The name is taken, or the disk refuses.</exception>
    void Publish(IStagedFile staged, CharacterReferenceId id, ImageFormat format);

    /// <summary>The published file; <c>null</c> when there is none.</summary>
    LocalFile? Find(CharacterReferenceId id, ImageFormat format);

    /// <summary>Opens a found file for asynchronous reading from its start; the caller disposes the stream.</summary>
    /// <exception cref="LocalStorageException">It vanished or cannot be read.</exception>
    Stream OpenRead(LocalFile file);

    /// <summary>Records that a found file is used, beside its bytes and its <see cref="LocalFile.LastModified"/>, which stay as they are; an absent one is fine.</summary>
    /// <exception cref="LocalStorageException">The disk refuses.</exception>
    void RecordUse(LocalFile file, DateTimeOffset at);

    /// <summary>SHA-256 of a found file.</summary>
    /// <exception cref="LocalStorageException">It vanished or cannot be read.</exception>
    Task<ContentHash> HashAsync(LocalFile file, CancellationToken cancellationToken);

    /// <summary>Where the file is or would be, relative to the working directory of the process, with forward slashes.</summary>
    string RelativePath(CharacterReferenceId id, ImageFormat format);

    /// <summary>Removes the published file; an absent one is fine.</summary>
    void Delete(CharacterReferenceId id, ImageFormat format);

    /// <summary>Every published file, in no order.</summary>
    IEnumerable<PublishedFile> List();

    /// <summary>Bytes of all published files, kept up to date without looking at the disk; <c>null</c> until they were measured.</summary>
    long? TotalBytes { get; }

    /// <summary>
    /// Lists every published file, in no order, and sets <see cref="TotalBytes"/> to their sum. Beside other work the sum may be too high until the next
    /// measuring, never too low.
    /// </summary>
    /// <exception cref="LocalStorageException">The disk refuses.</exception>
    IReadOnlyList<PublishedFile> Measure();

    /// <summary>Removes temporary files whose writer is gone; those of a living process are left alone.</summary>
    /// <returns>How many were removed.</returns>
    int RemoveAbandonedStaging();
}
