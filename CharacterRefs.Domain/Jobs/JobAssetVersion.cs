namespace CharacterRefs.Domain.Jobs;

/// <summary>A kept version of a replaced file. It is stored beside its successor and is not restored with the set.</summary>
/// <param name="Of">The file that it was.</param>
/// <param name="Number">From 1; the newest has the largest.</param>
/// <param name="Asset">The kept bytes, with the path of the version. Until a commit has moved them, the key is that of the file itself.</param>
public sealed record JobAssetVersion(JobAssetPath Of, int Number, JobAsset Asset);
