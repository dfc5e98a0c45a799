namespace CharacterRefs.Domain.Assets;

/// <summary>SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits.</summary>
public readonly record struct ContentHash
{
    private readonly string? _hex;

    private ContentHash(string hex) => _hex = hex;

    /// <summary>Wraps a computed digest.</summary>
    /// <param name="digest">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The digest has another length.</exception>
    public static ContentHash FromDigest(ReadOnlySpan<byte> digest) =>
        digest.Length == 32
            ? new ContentHash(Convert.ToHexStringLower(digest))
            : throw new ArgumentException($"A SHA-256 digest has 32 bytes, not {digest.Length}.", nameof(digest));

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ContentHash Parse(string hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException("A SHA-256 hash is written as 64 hexadecimal digits.");

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <returns>Whether the text is a hash.</returns>
    public static bool TryParse(string? hex, out ContentHash hash)
    {
        var isHash = hex is { Length: 64 } && hex.All(char.IsAsciiHexDigit);
        hash = isHash ? new ContentHash(hex!.ToLowerInvariant()) : default;
        return isHash;
    }

    /// <summary>The 64 digits.</summary>
    public override string ToString() => _hex ?? throw new InvalidOperationException("This hash was never computed.");
}
