namespace CharacterRefs.Api.OpenApi;

/// <summary>The action answers with a zip archive, whole or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesArchiveAttribute : Attribute;
