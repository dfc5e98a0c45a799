namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>Where an input file stands.</summary>
internal sealed record FileUrls(string? Get);
