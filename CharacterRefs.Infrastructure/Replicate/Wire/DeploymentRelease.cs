namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>What a deployment runs.</summary>
/// <param name="Model"><c>owner/name</c>.</param>
/// <param name="Version">64 hexadecimal digits.</param>
internal sealed record DeploymentRelease(string? Model, string? Version);
