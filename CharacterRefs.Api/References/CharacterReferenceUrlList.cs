namespace CharacterRefs.Api.References;

/// <summary>Addresses of many images.</summary>
public sealed record CharacterReferenceUrlList
{
    /// <summary>One per requested id, in that order.</summary>
    public required IReadOnlyList<CharacterReferenceUrl> Items { get; init; }
}
