namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A version that has the bytes of its file as it is now.</summary>
/// <param name="Version">The version: a new one, or an earlier one with the same bytes.</param>
/// <param name="Removed">Paths of the versions that were removed for it, oldest first, because more than the limit were kept.</param>
internal sealed record KeptVersion(JobAssetVersion Version, IReadOnlyList<JobAssetPath> Removed);
