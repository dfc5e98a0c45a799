namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>An entry of the reference directory that this program did not write: under another name, or not a regular file.</summary>
/// <param name="Name">Name in the directory.</param>
/// <param name="Image">The file, when its name has an image id and an extension of an image; else <c>null</c>.</param>
/// <param name="Obstacle">Why it cannot be an image; <c>null</c> when <paramref name="Image"/> is set.</param>
public sealed record ForeignEntry(string Name, PublishedFile? Image, string? Obstacle);
