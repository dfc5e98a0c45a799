namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>Appends the ASCII of a URL or of a text to sign to a buffer, which must be large enough.</summary>
internal ref struct ByteWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written.</summary>
    public readonly Span<byte> Written => _buffer[..Length];

    /// <summary>The rest of the buffer.</summary>
    public readonly Span<byte> Free => _buffer[Length..];

    /// <summary>Discards everything after a length.</summary>
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
            throw new ArgumentException("The text is not valid Unicode and cannot be part of a URL.", nameof(text));
        }
    }
}
