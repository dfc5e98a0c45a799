using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References.Cache;

/// <summary>Finds local files that have the bytes of their records, and records their use.</summary>
public sealed partial class VerifiedLocalFiles(IReferenceFiles files, FileIntegrity integrity, TimeProvider clock, ILogger<VerifiedLocalFiles> logger)
{
    // A use is recorded again only after this time, so that a popular file costs one write a minute.
    private static readonly TimeSpan s_useStep = TimeSpan.FromMinutes(1);

    private readonly SingleFlight<CharacterReferenceId, bool> _verifications = new();

    /// <summary>Finds the file of an image, and reads it unless it was verified before.</summary>
    /// <returns>The file, <c>null</c> when there is none or it is damaged; and whether it is damaged.</returns>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async ValueTask<(LocalFile? File, bool IsDamaged)> FindAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        if (files.Find(reference.Id, reference.Format) is not { } file)
        {
            return (null, false);
        }

        if (!(integrity.Recall(reference, file) ?? await VerifyAsync(reference, file, cancellationToken)))
        {
            return (null, files.Find(reference.Id, reference.Format) is not null);
        }

        RecordUse(file);
        return (file, false);
    }

    private async Task<bool> VerifyAsync(CharacterReference reference, LocalFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await _verifications.RunAsync(reference.Id, token => integrity.VerifyAsync(reference, file, token), cancellationToken);
        }
        catch (LocalStorageException) when (files.Find(reference.Id, reference.Format) is null)
        {
            return false; // evicted or deleted meanwhile
        }
    }

    private void RecordUse(LocalFile file)
    {
        var now = clock.GetUtcNow();
        if (now - file.LastUsed < s_useStep)
        {
            return;
        }

        try
        {
            files.RecordUse(file, now);
        }
        catch (LocalStorageException error)
        {
            // Serving does not depend on it; the file may only be evicted earlier.
            LogUseNotRecorded(logger, error.Message);
        }
    }

    [LoggerMessage(53, LogLevel.Debug, "Recording the use of a local file failed: {Cause}")]
    private static partial void LogUseNotRecorded(ILogger logger, string cause);
}
