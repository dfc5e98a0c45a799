namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>The rows of a table.</summary>
/// <param name="Rows">Their number.</param>
/// <param name="Digest">SHA-256 of all values of all rows in the order of their keys, which is the same on every engine.</param>
public readonly record struct TableContent(long Rows, string Digest);
