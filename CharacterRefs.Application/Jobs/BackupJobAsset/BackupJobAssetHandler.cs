using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.BackupJobAsset;

/// <summary>
/// Keeps a file of the set as a version before somebody replaces it. Doing it again without a change keeps nothing more: the newest version is the file.
/// </summary>
public sealed class BackupJobAssetHandler(SetWriter sets, JobLocks locks, IAssetUrlSigner signer, JobSettings settings, StorageSettings storage)
{
    /// <returns>
    /// The version; <see cref="ErrorKind.NotFound"/> when the set or the store does not have the file, <see cref="ErrorKind.Conflict"/> when no versions are
    /// kept or another request changes the job.
    /// </returns>
    public async Task<Result<JobAssetBackup>> HandleAsync(BackupJobAssetCommand command, CancellationToken cancellationToken) =>
        settings.BackupLimit == 0
            ? new Error(ErrorKind.Conflict, "No versions are kept: ASSET_BACKUP_LIMIT is 0.")
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
            return new Error(ErrorKind.NotFound, $"The set of job {command.JobId} has no file {command.Path}");
        }

        return await sets.KeepAsync(set, file, cancellationToken) is { } version
            ? new JobAssetBackup(command.JobId, version, signer.Sign(version.Asset.Key, storage.PresignedUrlExpiry))
            : new Error(ErrorKind.NotFound, $"The store does not have {command.Path} of job {command.JobId} as it was stored; repairing the job mends it from the workspace");
    }
}
