namespace CharacterRefs.Application.References.Adoption;

/// <summary>Result of a comparison of local disk and catalog.</summary>
/// <param name="Adopted">Orphaned files that were adopted.</param>
/// <param name="Rejected">Entries that are not valid images, or have the id of another image; left in place and logged.</param>
/// <param name="Purged">Files of deleted references that were removed.</param>
/// <param name="Missing">Rows with neither a local file nor a persisted copy; logged.</param>
public sealed record AdoptionReport(int Adopted, int Rejected, int Purged, int Missing);
