namespace CharacterRefs.Api.OpenApi;

/// <summary>The action answers with image bytes, whole or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesImageAttribute : Attribute;
