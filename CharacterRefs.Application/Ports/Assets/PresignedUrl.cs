namespace CharacterRefs.Application.Ports.Assets;

/// <summary>A URL by which anybody may read one object until it expires. Treat it as a password; its text form masks it.</summary>
/// <param name="Url">The URL as text, because the normalization of <see cref="Uri"/> could break the signature.</param>
/// <param name="ExpiresAt">The exact expiry, UTC.</param>
public sealed record PresignedUrl(string Url, DateTimeOffset ExpiresAt)
{
    /// <summary>The expiry, and a mask for the URL.</summary>
    public override string ToString() => $"*** until {ExpiresAt:yyyy-MM-ddTHH:mm:ssZ}";
}
