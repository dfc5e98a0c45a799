namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>An uploaded input file.</summary>
internal sealed record ReplicateFile(FileUrls? Urls);
