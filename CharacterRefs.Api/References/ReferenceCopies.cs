namespace CharacterRefs.Api.References;

/// <summary>The copies of an image.</summary>
public sealed record ReferenceCopies
{
    /// <summary>The copy on the server's disk.</summary>
    public required LocalCopy Local { get; init; }

    /// <summary>The copy in the object store; null if none is stored or pending.</summary>
    public CloudCopy? Cloud { get; init; }
}
