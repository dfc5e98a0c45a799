namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Reads content once and says what it is.</summary>
public interface IContentDigester
{
    /// <summary>Length, SHA-256 and CRC-32 of what is left of a stream.</summary>
    /// <param name="content">Read to its end; its failures are thrown as they are.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<ContentDigest> DigestAsync(Stream content, CancellationToken cancellationToken);
}
