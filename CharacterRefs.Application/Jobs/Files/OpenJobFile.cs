using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.Files;

/// <summary>A file of a workspace, opened for reading. The caller disposes the stream.</summary>
/// <param name="File">The file as it was found.</param>
/// <param name="Digest">Its length and hashes.</param>
/// <param name="MediaType">By its name.</param>
/// <param name="Content">The bytes, from the start; seekable. Writers that change the file in place meanwhile change what is read.</param>
public sealed record OpenJobFile(WorkspaceFile File, ContentDigest Digest, string MediaType, Stream Content);
