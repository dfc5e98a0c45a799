namespace CharacterRefs.Api.OpenApi;

/// <summary>The action returns image bytes, in full or in part, or redirects to them.</summary>
/// <param name="location">A contract the action can return instead; <c>null</c> without one.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesImageAttribute(Type? location = null) : Attribute
{
    /// <summary>The contract returned instead of the bytes.</summary>
    public Type? Location => location;
}
