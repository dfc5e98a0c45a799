namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>A position in the listing: the last row of a page.</summary>
/// <param name="CreatedAt">Its time, in microseconds since 1970-01-01 UTC.</param>
/// <param name="Sequence">Its insertion number, which breaks ties.</param>
public readonly record struct ReferenceCursor(long CreatedAt, long Sequence);
