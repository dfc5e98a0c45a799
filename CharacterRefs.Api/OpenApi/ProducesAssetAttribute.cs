namespace CharacterRefs.Api.OpenApi;

/// <summary>The action answers with the bytes of a stored asset of any type, whole or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesAssetAttribute : Attribute;
