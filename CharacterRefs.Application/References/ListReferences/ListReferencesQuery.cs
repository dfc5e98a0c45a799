using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListReferences;

/// <summary>List references, newest first.</summary>
/// <param name="Filter">Which references to list.</param>
/// <param name="After">Where the previous page ended; <c>null</c> for the first.</param>
/// <param name="Limit">1 to <see cref="MaxLimit"/>.</param>
public sealed record ListReferencesQuery(ReferenceFilter Filter, ReferenceCursor? After, int Limit)
{
    /// <summary>Items on a page by default.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Most items on a page.</summary>
    public const int MaxLimit = 100;

    /// <summary>Longest search text.</summary>
    public const int MaxQueryLength = 200;
}
