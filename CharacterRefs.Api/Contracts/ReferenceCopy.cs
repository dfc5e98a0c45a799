namespace CharacterRefs.Api.Contracts;

/// <summary>The state of one copy.</summary>
public sealed record ReferenceCopy
{
    /// <summary><c>stored</c>, or <c>missing</c> when the file is gone from where it was put.</summary>
    /// <example>stored</example>
    public required string State { get; init; }
}
