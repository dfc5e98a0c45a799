using System.Diagnostics.CodeAnalysis;

namespace CharacterRefs.Api.Http;

/// <summary>The digest fields of RFC 9530: a dictionary of algorithms, of which <c>sha-256=:base64:</c> is read and written.</summary>
internal static class ContentDigestHeader
{
    public const string Name = "Content-Digest";

    private const string Algorithm = "sha-256";

    public static string Format(ContentHash sha256) => $"{Algorithm}=:{Convert.ToBase64String(Convert.FromHexString(sha256.ToString()))}:";

    /// <summary>Reads the hash that a request announces for its body.</summary>
    /// <param name="header">The value of the header; <c>null</c> when the request has none.</param>
    /// <param name="sha256">The hash; <c>null</c> when none is announced.</param>
    /// <param name="error">Why the header cannot be used: a client that sends a digest relies on its being checked.</param>
    /// <returns>Whether there is no error.</returns>
    public static bool TryRead(string? header, out ContentHash? sha256, [NotNullWhen(false)] out Error? error)
    {
        sha256 = null;
        error = null;
        if (header is null)
        {
            return true;
        }

        // No value of the dictionary has a comma: base64 does not, and parameters are not defined for it.
        foreach (var member in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = member.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && member[..equals] == Algorithm && Decode(member[(equals + 1)..]) is { } hash)
            {
                sha256 = hash;
                return true;
            }
        }

        error = Error.Invalid(Name, $"{Name} must contain {Algorithm}=:…: with the 32 bytes of a SHA-256 in base64. No other algorithm is checked.");
        return false;
    }

    private static ContentHash? Decode(string value)
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        return value is [':', _, .., ':'] && Convert.TryFromBase64String(value[1..^1], bytes, out var written) && written == bytes.Length
            ? ContentHash.FromDigest(bytes)
            : null;
    }
}
