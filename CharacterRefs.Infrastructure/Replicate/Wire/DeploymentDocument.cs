namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>A deployment.</summary>
internal sealed record DeploymentDocument(DeploymentRelease? CurrentRelease);
