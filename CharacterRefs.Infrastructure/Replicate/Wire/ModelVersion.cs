namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>A version of a model with its OpenAPI document.</summary>
internal sealed record ModelVersion(string? Id, JsonElement OpenapiSchema);
