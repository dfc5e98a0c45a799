using System.Buffers;

namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>
/// The encoding that SigV4 calls UriEncode (AWS, "Signature Calculations for the Authorization Header"): each byte of the UTF-8 form but the
/// unreserved characters of RFC 3986 as % and two upper-case digits, a slash only outside of paths.
/// </summary>
internal static class PercentEncoding
{
    /// <summary>Three bytes of UTF-8 for one UTF-16 unit, three characters for each.</summary>
    public const int MaxBytesPerChar = 9;

    private const string UnreservedText = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private const int MaxUtf8Bytes = 4;

    private static readonly SearchValues<char> s_unreserved = SearchValues.Create(UnreservedText);
    private static readonly SearchValues<char> s_unreservedOrSlash = SearchValues.Create(UnreservedText + "/");

    /// <summary>Encodes text.</summary>
    /// <returns>Whether it was valid Unicode: half of a surrogate pair has no UTF-8 form, and its replacement would name another object.</returns>
    public static bool TryWrite(ReadOnlySpan<char> text, Span<byte> destination, bool keepSlashes, out int written)
    {
        var plain = keepSlashes ? s_unreservedOrSlash : s_unreserved;
        Span<byte> utf8 = stackalloc byte[MaxUtf8Bytes];
        written = 0;
        while (true)
        {
            var run = text.IndexOfAnyExcept(plain) is var other and >= 0 ? other : text.Length;
            written += Encoding.ASCII.GetBytes(text[..run], destination[written..]);
            text = text[run..];
            if (text.IsEmpty)
            {
                return true;
            }

            if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                destination[written++] = (byte)'%';
                destination[written++] = "0123456789ABCDEF"u8[value >> 4];
                destination[written++] = "0123456789ABCDEF"u8[value & 15];
            }

            text = text[consumed..];
        }
    }

    /// <summary>Encodes text. Allocates; not for the hot path.</summary>
    /// <exception cref="ArgumentException">The text is not valid Unicode.</exception>
    public static string Encode(string text, bool keepSlashes)
    {
        var writer = new ByteWriter(new byte[text.Length * MaxBytesPerChar]);
        writer.WriteEncoded(text, keepSlashes);
        return Encoding.ASCII.GetString(writer.Written);
    }
}
