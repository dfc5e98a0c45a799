namespace CharacterRefs.Api.References;

/// <summary>Presigned URLs of several images.</summary>
public sealed record CharacterReferenceUrlList
{
    /// <summary>One item per requested id, in the requested order.</summary>
    public required IReadOnlyList<CharacterReferenceUrl> Items { get; init; }
}
