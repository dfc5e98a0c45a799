using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A file that is to be in the set.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Digest">What it is.</param>
/// <param name="ModifiedAt">When it was last written, UTC.</param>
/// <param name="OpenAsync">Opens it from the start.</param>
internal sealed record SetFileSource(JobAssetPath Path, ContentDigest Digest, DateTimeOffset ModifiedAt, Func<CancellationToken, ValueTask<Stream>> OpenAsync);
