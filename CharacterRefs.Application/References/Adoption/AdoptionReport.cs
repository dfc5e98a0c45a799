namespace CharacterRefs.Application.References.Adoption;

/// <summary>Result of the comparison of local disk and catalog at start-up.</summary>
/// <param name="Adopted">Orphaned files that were adopted.</param>
/// <param name="Refused">Orphaned files that are not valid images, or whose content does not match their extension; left in place and logged.</param>
/// <param name="Purged">Files of deleted references that were removed.</param>
/// <param name="Missing">Rows with neither a local file nor a persisted copy; logged.</param>
public sealed record AdoptionReport(int Adopted, int Refused, int Purged, int Missing);
