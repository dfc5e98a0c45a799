namespace CharacterRefs.Api.OpenApi;

/// <summary>The operation streams server-sent events, each with a generation.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProducesEventsAttribute : Attribute;
