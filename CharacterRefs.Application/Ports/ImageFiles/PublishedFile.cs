namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>A file in the reference directory whose name is an id and an extension of an image.</summary>
/// <param name="Id">From its name.</param>
/// <param name="Format">From its extension; the content may differ.</param>
/// <param name="File">The file.</param>
public sealed record PublishedFile(CharacterReferenceId Id, ImageFormat Format, LocalFile File);
