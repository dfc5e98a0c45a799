namespace CharacterRefs.Api.OpenApi;

/// <summary>The action answers with image bytes, whole or in part, or redirects to them.</summary>
/// <param name="location">A contract that it may answer with instead; <c>null</c> when it has none.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesImageAttribute(Type? location = null) : Attribute
{
    /// <summary>The contract that stands in for the bytes.</summary>
    public Type? Location => location;
}
