namespace CharacterRefs.Api.References;

/// <summary>What waits for the object store.</summary>
public sealed record PendingUploadList
{
    /// <summary>The number of all images whose upload is pending.</summary>
    /// <example>1</example>
    public required long Count { get; init; }

    /// <summary>Those of them that were stored first, the oldest first.</summary>
    public required IReadOnlyList<PendingUpload> Items { get; init; }
}
