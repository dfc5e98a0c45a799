using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A local file to save in the store.</summary>
/// <param name="Path">Its path in the set.</param>
/// <param name="Digest">Its length and hashes.</param>
/// <param name="ModifiedAt">When it was last written, UTC.</param>
/// <param name="OpenAsync">Opens it from the start.</param>
internal sealed record SetFileSource(JobAssetPath Path, ContentDigest Digest, DateTimeOffset ModifiedAt, Func<CancellationToken, ValueTask<Stream>> OpenAsync);
