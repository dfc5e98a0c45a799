using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.BackupJobAsset;

/// <summary>
/// Keeps a version of a file of the set before it is replaced. When a version has the same bytes already, none is made.
/// </summary>
public sealed class BackupJobAssetHandler(SetWriter sets, JobLocks locks, JobUrlSigner signer, JobSettings settings)
{
    /// <returns>
    /// The version; <see cref="ErrorKind.NotFound"/> when the set or the store does not have the file, <see cref="ErrorKind.Conflict"/> when no versions are
    /// kept or while another request changes the job.
    /// </returns>
    public async Task<Result<JobAssetBackup>> HandleAsync(BackupJobAssetCommand command, CancellationToken cancellationToken) =>
        settings.BackupLimit == 0
            ? new Error(ErrorKind.Conflict, "No versions are kept: ASSET_BACKUP_LIMIT must be at least 1; it is 0.")
            : await locks.RunAsync(command.JobId, token => KeepAsync(command, token), cancellationToken);

    private async Task<Result<JobAssetBackup>> KeepAsync(BackupJobAssetCommand command, CancellationToken cancellationToken)
    {
        if (!(await sets.OpenAsync(command.JobId, isRewritten: false, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        if (set.Manifest is null)
        {
            return JobErrors.NoManifest(command.JobId);
        }

        if (set.Find(command.Path) is not { } file)
        {
            return JobErrors.NoSuchFile(command.JobId, command.Path);
        }

        return await sets.KeepVersionAsync(set, file, cancellationToken) is { } kept
            ? new JobAssetBackup(command.JobId, kept.Version, signer.Sign(kept.Version.Asset.Key), kept.Removed)
            : new Error(ErrorKind.NotFound, $"{command.Path} of job {command.JobId} is missing or damaged in the store. Repair the job from its workspace.");
    }
}
