namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>A message to the other nodes on the same catalog. It only wakes them: every change is also found without it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">To what, without line breaks; at most 4,000 characters.</param>
public sealed record CatalogSignal(CatalogSignalKind Kind, string Subject = "");
