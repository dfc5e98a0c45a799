namespace CharacterRefs.Api.References;

/// <summary>Where the bytes of an image are.</summary>
public sealed record ReferenceCopies
{
    /// <summary>The copy on the server's disk.</summary>
    public required LocalCopy Local { get; init; }

    /// <summary>The copy in the store; null when none was ever ordered.</summary>
    public CloudCopy? Cloud { get; init; }
}
