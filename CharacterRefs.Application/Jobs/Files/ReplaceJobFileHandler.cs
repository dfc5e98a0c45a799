using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Files;

/// <summary>
/// Writes one file of a job's workspace. It takes no lease, so that many files can be sent at once: like a program that shares the disk, it may replace a
/// file while the job is persisted, and the persist then reads that file again.
/// </summary>
public sealed class ReplaceJobFileHandler(IJobsRoot workspaces, JobSettings settings, TimeProvider clock)
{
    /// <returns>
    /// The file; <see cref="ErrorKind.PayloadTooLarge"/> when it is longer than <c>JOB_FILE_MAX_BYTES</c>; <see cref="ErrorKind.ValidationError"/> on
    /// <c>Content-Digest</c> when its bytes have another hash. After an error the previous file is unchanged.
    /// </returns>
    /// <exception cref="LocalStorageException">The path is not a plain file, a parent is a link or a file, or the disk failed.</exception>
    public async Task<Result<ReplacedJobFile>> HandleAsync(ReplaceJobFileCommand command, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(command.JobId, null).TryGet(out var workspace, out var error))
        {
            return error;
        }

        if (command.Length > settings.MaxFileBytes)
        {
            return JobErrors.TooLong(settings.MaxFileBytes);
        }

        using var staged = await workspace.StageAsync(command.Content, settings.MaxFileBytes, cancellationToken);
        if (staged is null)
        {
            return JobErrors.TooLong(settings.MaxFileBytes);
        }

        if (command.Sha256 is { } expected && expected != staged.Sha256)
        {
            return Error.Invalid(
                "Content-Digest",
                $"The body does not match Content-Digest: {staged.SizeBytes} bytes with SHA-256 {staged.Sha256} arrived, {expected} was announced.");
        }

        var isNew = workspace.Find(command.Path) is null;
        var at = clock.GetUtcNow();
        workspace.Publish(staged, command.Path, at);
        return new ReplacedJobFile(command.Path, staged.SizeBytes, staged.Sha256, at, isNew);
    }
}
