namespace CharacterRefs.Application.Jobs.Files;

/// <summary>A file that was written to a workspace.</summary>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes on the disk.</param>
/// <param name="ModifiedAt">When it was written, UTC.</param>
/// <param name="IsNew">Whether the workspace had no file of this path before.</param>
public sealed record ReplacedJobFile(JobAssetPath Path, long SizeBytes, ContentHash Sha256, DateTimeOffset ModifiedAt, bool IsNew);
