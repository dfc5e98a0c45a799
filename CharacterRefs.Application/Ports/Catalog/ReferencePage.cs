namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>One page of a listing.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Where the next page begins; <c>null</c> on the last.</param>
public sealed record ReferencePage<T>(IReadOnlyList<T> Items, ReferenceCursor? Next);
