namespace CharacterRefs.Application.References.Adoption;

/// <summary>What a start found on disk.</summary>
/// <param name="Adopted">Files without a row that were taken in.</param>
/// <param name="Refused">Files without a row that are not acceptable images, or whose name belies their bytes; left where they are and named in the
/// log.</param>
/// <param name="Purged">Files of deleted references, removed.</param>
/// <param name="Missing">Rows whose file is gone without a verified copy in the store; named in the log.</param>
public sealed record AdoptionReport(int Adopted, int Refused, int Purged, int Missing);
