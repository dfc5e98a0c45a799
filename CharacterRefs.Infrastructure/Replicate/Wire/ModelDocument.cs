namespace CharacterRefs.Infrastructure.Replicate.Wire;

internal sealed record ModelDocument(ModelVersion? LatestVersion);
