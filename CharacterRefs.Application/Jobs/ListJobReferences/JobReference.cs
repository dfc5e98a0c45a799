using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>An image that a job uses.</summary>
/// <param name="Position">Its position among the job's images, from 0.</param>
/// <param name="Key">The job's copy in the store.</param>
/// <param name="Url">A presigned URL of that copy.</param>
/// <param name="Path">The job's copy in the workspace, relative to the working directory of the process, with forward slashes.</param>
public sealed record JobReference(CharacterReference Reference, int Position, AssetKey Key, PresignedUrl Url, string Path);
