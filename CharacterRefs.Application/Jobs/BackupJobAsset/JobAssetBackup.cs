using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.BackupJobAsset;

/// <summary>A kept version and its presigned URL.</summary>
/// <param name="Url">Its presigned URL.</param>
/// <param name="RemovedVersions">Paths of the versions that were removed, oldest first.</param>
public sealed record JobAssetBackup(JobId JobId, JobAssetVersion Version, PresignedUrl Url, IReadOnlyList<JobAssetPath> RemovedVersions);
