namespace CharacterRefs.Api.OpenApi;

/// <summary>The action returns the bytes of a stored asset of any type, in full or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesAssetAttribute : Attribute;
