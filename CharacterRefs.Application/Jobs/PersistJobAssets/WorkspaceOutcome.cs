using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>What came of one file of a workspace. All members <c>null</c>: it left the workspace meanwhile, or is in the set as it is.</summary>
/// <param name="File">As it was when it was read; <c>null</c> when it left the workspace.</param>
/// <param name="Learnt">What it is, when it was read for that; <c>null</c> when it was remembered.</param>
/// <param name="Saved">Its place in the store; <c>null</c> when it is in the set as it is, or failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record WorkspaceOutcome(WorkspaceFile? File, ContentDigest? Learnt, SavedFile? Saved, Error? Error);
