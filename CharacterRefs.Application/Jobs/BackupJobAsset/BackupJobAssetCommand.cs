namespace CharacterRefs.Application.Jobs.BackupJobAsset;

/// <summary>Keep a version of a file of a job as it is now.</summary>
public sealed record BackupJobAssetCommand(JobId JobId, JobAssetPath Path);
