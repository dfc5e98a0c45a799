namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>An input file that was handed over.</summary>
internal sealed record UploadedFile(FileUrls? Urls);
