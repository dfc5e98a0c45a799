using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Cache;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Api.References;

/// <summary>Opens image files to send. A file deleted since it was found is fetched from the store again.</summary>
internal sealed class ImageFileOpener(LocalCopies copies)
{
    /// <returns>The open file, or why it cannot be opened.</returns>
    /// <exception cref="LocalStorageException">The file exists and cannot be read.</exception>
    public async Task<Result<SafeFileHandle>> OpenAsync(LocatedReference image, CancellationToken cancellationToken)
    {
        if (image.File is { } file && Open(file) is { } handle)
        {
            return handle;
        }

        return await copies.OpenAsync(image.Reference, Open, cancellationToken);
    }

    /// <returns>The open file; <c>null</c> when it no longer exists, or has another length than when it was found.</returns>
    private static SafeFileHandle? Open(LocalFile file)
    {
        try
        {
            var handle = File.OpenHandle(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
            if (RandomAccess.GetLength(handle) == file.SizeBytes)
            {
                return handle;
            }

            handle.Dispose();
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalStorageException("The local copy of the image cannot be read.", error);
        }
    }
}
