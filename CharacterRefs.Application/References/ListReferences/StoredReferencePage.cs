using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>One page.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Where the next page begins; <c>null</c> on the last.</param>
public sealed record StoredReferencePage(IReadOnlyList<StoredReference> Items, ReferenceCursor? Next);
