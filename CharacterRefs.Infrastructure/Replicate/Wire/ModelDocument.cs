namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>A model.</summary>
internal sealed record ModelDocument(ModelVersion? LatestVersion);
