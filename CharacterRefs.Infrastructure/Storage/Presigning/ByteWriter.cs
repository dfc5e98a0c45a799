using System.Globalization;

namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>Writes the ASCII of a URL or of what is signed into a buffer that is large enough, one piece after the other.</summary>
internal ref struct ByteWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>How much has been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly Span<byte> Written => _buffer[..Length];

    /// <summary>Where the next piece goes.</summary>
    public readonly Span<byte> Free => _buffer[Length..];

    /// <summary>Takes back everything after a place.</summary>
    public void Rewind(int length) => Length = length;

    /// <summary>Writes bytes as they are.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        Length += bytes.Length;
    }

    /// <summary>Writes a number in decimal.</summary>
    public void WriteNumber(long number)
    {
        number.TryFormat(Free, out var written, provider: CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Writes bytes as lower-case hexadecimal digits.</summary>
    public void WriteHex(scoped ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, Free, out var written);
        Length += written;
    }

    /// <summary>Writes text percent-encoded; <c>false</c> when it is not valid Unicode.</summary>
    public bool TryWriteEncoded(ReadOnlySpan<char> text, bool keepSlashes)
    {
        var isValid = PercentEncoding.TryWrite(text, Free, keepSlashes, out var written);
        Length += written;
        return isValid;
    }

    /// <summary>Writes text percent-encoded.</summary>
    /// <exception cref="ArgumentException">The text is not valid Unicode.</exception>
    public void WriteEncoded(ReadOnlySpan<char> text, bool keepSlashes)
    {
        if (!TryWriteEncoded(text, keepSlashes))
        {
            throw new ArgumentException("Only valid Unicode can be part of a URL.", nameof(text));
        }
    }
}
