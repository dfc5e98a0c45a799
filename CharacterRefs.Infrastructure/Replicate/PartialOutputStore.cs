using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The bytes of outputs that are being fetched, in <c>{DATA_ROOT}/partial_outputs</c>, one file for each image, so that the next process resumes a transfer
/// that a stop or a crash cut. A crash loses those of the first second, which are in memory. They only save time: a disk that does not take them costs nothing
/// else.
/// </summary>
internal sealed class PartialOutputStore(DataRootOptions dataRoot, TimeProvider clock, ILogger<PartialOutputStore> logger)
{
    private const string DirectoryName = "partial_outputs";
    private const string Extension = ".part";

    private readonly PartialMemory _memory = new();
    private readonly string _directory = Path.GetFullPath(Path.Join(dataRoot.Path, DirectoryName));

    /// <summary>Opens what is kept of an image; <c>null</c> when the disk does not allow it.</summary>
    /// <param name="url">Where it is fetched from; bytes from another URL are not used.</param>
    public PartialOutput? Open(CharacterReferenceId id, Uri url)
    {
        try
        {
            Directory.CreateDirectory(_directory);
            return new PartialOutput(Path.Join(_directory, id + Extension), id, PartialHeader.HashOf(url), _memory, clock, logger);
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            logger.PartialFailed(id, error.Message);
            return null;
        }
    }

    /// <summary>Removes what is left of outputs that Replicate has removed meanwhile, and what cannot be read. Files of running transfers are locked.</summary>
    /// <returns>How many were removed.</returns>
    public int Sweep()
    {
        var removed = 0;
        foreach (var path in Directory.Exists(_directory) ? Directory.GetFiles(_directory, "*" + Extension) : [])
        {
            try
            {
                if (IsOver(path))
                {
                    File.Delete(path);
                    removed++;
                }
            }
            catch (Exception error) when (DiskFault.Is(error))
            {
                // Locked, removed meanwhile, or access denied: the next sweep sees it again.
                logger.PartialSkipped(Path.GetFileName(path), error.Message);
            }
        }

        return removed;
    }

    /// <summary>Takes the lock, which fails while the transfer runs.</summary>
    private bool IsOver(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        return PartialHeader.Read(file) is not { } header || header.Until < clock.GetUtcNow();
    }
}
