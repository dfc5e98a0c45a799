namespace CharacterRefs.Application.Ports.Assets;

/// <summary>An address that lets whoever holds it read one object until a moment. It is a password with a clock, so its text form masks it.</summary>
/// <param name="Url">The address, ready to be sent: text and not <see cref="Uri"/>, whose normalisation could break the signature.</param>
/// <param name="ExpiresAt">The exact end, UTC; from then on it is refused.</param>
public sealed record PresignedUrl(string Url, DateTimeOffset ExpiresAt)
{
    /// <summary>The end, and a mask for the address.</summary>
    public override string ToString() => $"*** until {ExpiresAt:yyyy-MM-ddTHH:mm:ssZ}";
}
