using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>What came of one file.</summary>
/// <param name="Path">Which.</param>
/// <param name="IsFetched">Whether it was fetched; otherwise it was there already, or failed.</param>
/// <param name="Learnt">What is worth remembering of it; <c>null</c> for nothing.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record RestoreOutcome(JobAssetPath Path, bool IsFetched, RememberedDigest? Learnt, Error? Error);
