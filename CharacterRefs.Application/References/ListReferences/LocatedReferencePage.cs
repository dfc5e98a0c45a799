using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>One page.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Where the next page begins; <c>null</c> on the last.</param>
public sealed record LocatedReferencePage(IReadOnlyList<LocatedReference> Items, ReferenceCursor? Next);
