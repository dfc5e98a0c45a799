using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CharacterRefs.Domain.Assets;

/// <summary>
/// The key of one asset in a store: segments joined by <c>/</c>. Only keys that every store can keep unchanged exist as values, so no adapter has to repair
/// one. Keys are compared by their code points: the composed and the decomposed form of <c>é</c> are two keys.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>At most 1,024 bytes of UTF-8 (Amazon S3 User Guide, "Naming Amazon S3 objects").</item>
/// <item>Segments of 1 to 255 bytes (NAME_MAX of Linux and macOS, limits.h(0p)); an empty one would be a leading, trailing or doubled slash, which
/// S3 keeps, a file system drops, and the SDK signs wrongly when leading.</item>
/// <item>No <c>.</c> or <c>..</c> segment: RFC 3986, 5.2.4 removes them from a URL, which breaks the signature, and on a disk they are a path traversal.</item>
/// <item>No control characters and no U+FFFE or U+FFFF: XML 1.0, 2.2 cannot carry them, and S3 lists in XML. No unpaired surrogates: they
/// have no UTF-8 form.</item>
/// <item>No backslash: it separates on Windows, and S3 lists it among the characters to avoid.</item>
/// <item>No dot or space at the end of a segment: Windows drops both ("Naming Files, Paths, and Namespaces"), so two keys would be one file.</item>
/// <item>The first segment is not <see cref="ReservedSegment"/>.</item>
/// </list>
/// Everything else is valid, including spaces, <c>?#&amp;%+~()'</c> and every script.
/// </remarks>
public sealed record AssetKey
{
    /// <summary>Longest key, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Longest segment, in bytes of UTF-8.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>The folder, in any letter case, in which a store that is a directory keeps its own files.</summary>
    public const string ReservedSegment = ".asset-store";

    private static readonly SearchValues<char> s_illegal = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code), '\\', '\uFFFE', '\uFFFF']);

    // Throws on unpaired surrogates instead of replacing them.
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private AssetKey(string value) => Value = value;

    /// <summary>The key as text.</summary>
    public string Value { get; }

    /// <summary>Its segments, in order.</summary>
    public IReadOnlyList<string> Segments => Value.Split('/');

    /// <summary>What follows the last slash.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Parses a key without changing it.</summary>
    /// <returns>Whether it is a valid key.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AssetKey? key)
    {
        key = text is not null && FindFault(text) is null ? new AssetKey(text) : null;
        return key is not null;
    }

    /// <summary>Parses a key without changing it.</summary>
    /// <exception cref="FormatException">It is not a valid key; the message says why without repeating it.</exception>
    public static AssetKey Parse(string text) => FindFault(text) is { } fault ? throw new FormatException(fault) : new AssetKey(text);

    public override string ToString() => Value;

    /// <summary>Why the text is not a valid key; <c>null</c> when it is.</summary>
    internal static string? FindFault(string text, string noun = "an asset key")
    {
        if (text.AsSpan().ContainsAny(s_illegal))
        {
            return $"{Capitalize(noun)} has no control characters, no backslashes and no noncharacters.";
        }

        if (CountBytes(text) is not (>= 1 and <= MaxBytes))
        {
            return $"{Capitalize(noun)} has 1 to {MaxBytes} bytes of valid UTF-8.";
        }

        var isFirst = true;
        foreach (var range in text.AsSpan().Split('/'))
        {
            var segment = text.AsSpan(range);
            if (segment.Length == 0 || Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
            {
                return $"Each segment of {noun} has 1 to {MaxSegmentBytes} bytes: no leading, trailing or doubled slash.";
            }

            // Covers the segments "." and ".." as well.
            if (segment[^1] is '.' or ' ')
            {
                return $"No segment of {noun} ends with a dot or a space.";
            }

            if (isFirst && segment.Equals(ReservedSegment, StringComparison.OrdinalIgnoreCase))
            {
                return $"The first segment of {noun} is not \"{ReservedSegment}\".";
            }

            isFirst = false;
        }

        return null;
    }

    private static string Capitalize(string noun) => char.ToUpperInvariant(noun[0]) + noun[1..];

    private static int? CountBytes(string text)
    {
        try
        {
            return s_strictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
