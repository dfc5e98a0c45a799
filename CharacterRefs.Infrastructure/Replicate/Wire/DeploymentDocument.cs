namespace CharacterRefs.Infrastructure.Replicate.Wire;

internal sealed record DeploymentDocument(DeploymentRelease? CurrentRelease);
