namespace CharacterRefs.Api.OpenApi;

/// <summary>The action returns a zip archive, in full or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesArchiveAttribute : Attribute;
