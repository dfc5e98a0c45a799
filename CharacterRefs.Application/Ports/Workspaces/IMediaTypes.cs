namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Media types of file names.</summary>
public interface IMediaTypes
{
    /// <summary>IANA media type by the extension, in any case; <c>application/octet-stream</c> for unknown ones.</summary>
    /// <param name="fileName">A name or path.</param>
    string Of(string fileName);
}
