using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.BackupJobAsset;

/// <summary>A kept version and an address to read it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version.</param>
/// <param name="Url">Its address.</param>
public sealed record JobAssetBackup(JobId JobId, JobAssetVersion Version, PresignedUrl Url);
