namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>URLs of an input file.</summary>
internal sealed record FileUrls(string? Get);
