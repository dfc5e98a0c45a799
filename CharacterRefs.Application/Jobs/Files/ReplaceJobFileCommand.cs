namespace CharacterRefs.Application.Jobs.Files;

/// <summary>Writes one file of a job's workspace.</summary>
/// <param name="JobId">The job; it need not exist.</param>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Content">The bytes, read once to the end.</param>
/// <param name="Length">Their announced length; <c>null</c> when the client did not announce it.</param>
/// <param name="Sha256">Their announced hash; <c>null</c> when the client did not announce it.</param>
public sealed record ReplaceJobFileCommand(JobId JobId, JobAssetPath Path, Stream Content, long? Length, ContentHash? Sha256);
