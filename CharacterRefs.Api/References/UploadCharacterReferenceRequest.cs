using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>How to store an upload.</summary>
public sealed record UploadCharacterReferenceRequest
{
    internal const string Keep = "keep";
    internal const string Reuse = "reuse";

    /// <summary>
    /// If an image has the same bytes: <c>keep</c>, the default, adds another image; <c>reuse</c> returns the oldest one that exists. So an upload whose
    /// response was lost can be repeated without a second image.
    /// </summary>
    /// <example>keep</example>
    [FromQuery(Name = "on_duplicate")]
    [KnownValues(Keep, Reuse)]
    public string? OnDuplicate { get; init; }
}
