namespace CharacterRefs.Domain.Jobs;

/// <summary>A file that was replaced and is kept. It stands beside its successor in the store and is not restored with the set.</summary>
/// <param name="Of">The file that it was.</param>
/// <param name="Number">From 1; the larger, the newer.</param>
/// <param name="Asset">The kept bytes; its path is that of the version. For the moment between two states of a set its key is where the file itself stood.</param>
public sealed record JobAssetVersion(JobAssetPath Of, int Number, JobAsset Asset);
