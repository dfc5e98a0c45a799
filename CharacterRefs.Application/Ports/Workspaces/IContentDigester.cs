namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Computes length and hashes of content in one pass.</summary>
public interface IContentDigester
{
    /// <summary>Length, SHA-256 and CRC-32 of the rest of a stream.</summary>
    /// <param name="content">Read to its end; its exceptions pass through.</param>
    Task<ContentDigest> DigestAsync(Stream content, CancellationToken cancellationToken);
}
