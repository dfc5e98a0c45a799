namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Reads a JPEG from marker to marker, as libjpeg finds them.</summary>
internal sealed class JpegMarkerReader(Stream jpeg)
{
    private const byte Prefix = 0xFF;
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly byte[] _segment = new byte[ushort.MaxValue];
    private long _bufferStart = 2; // behind the start marker
    private int _read;
    private int _next;

    private long Position => _bufferStart + _next;

    /// <summary>Finds the next marker; <c>null</c> at the end of the file.</summary>
    public JpegMarker? FindNext()
    {
        var junk = 0;
        while (Take() is { } value)
        {
            if (value != Prefix)
            {
                junk++;
                continue;
            }

            var start = Position - 1;
            var marker = TakeMarker();
            if (marker is null)
            {
                return null;
            }

            if (marker != 0)
            {
                return new JpegMarker(marker.Value, start, junk);
            }

            junk += (int)Math.Min(Position - start, int.MaxValue - junk);
        }

        return null;
    }

    /// <summary>Reads the segment of the marker that was found.</summary>
    /// <returns>Where its data starts, and the data without its length; empty when the length is invalid or the file ends.</returns>
    public (long Start, ReadOnlyMemory<byte> Data) ReadSegment()
    {
        var (high, low) = (Take() ?? 0, Take() ?? 0);
        var length = ((high << 8) | low) - 2;
        var start = Position;
        var filled = 0;
        while (filled < length && Available() is { Length: > 0 } available)
        {
            var part = available[..Math.Min(available.Length, length - filled)];
            part.CopyTo(_segment.AsSpan(filled));
            filled += part.Length;
            _next += part.Length;
        }

        return (start, filled < length || length < 0 ? default : _segment.AsMemory(0, length));
    }

    /// <summary>Skips entropy-coded data up to the next marker that is not a restart marker.</summary>
    public void SkipScan()
    {
        while (Available() is { Length: > 0 } available)
        {
            var prefix = available.IndexOf(Prefix);
            _next += prefix < 0 ? available.Length : prefix + 1;
            if (prefix < 0)
            {
                continue;
            }

            if (TakeMarker() is { } marker && marker is not (0 or (>= 0xD0 and <= 0xD7)))
            {
                GoTo(Position - 2);
                return;
            }
        }
    }

    /// <summary>The first byte that is not a fill byte.</summary>
    private byte? TakeMarker()
    {
        var marker = Take();
        while (marker == Prefix)
        {
            marker = Take();
        }

        return marker;
    }

    private byte? Take() => Available() is { Length: > 0 } ? _buffer[_next++] : null;

    private ReadOnlySpan<byte> Available()
    {
        if (_next == _read)
        {
            GoTo(Position);
        }

        return _buffer.AsSpan(_next, _read - _next);
    }

    private void GoTo(long position)
    {
        (_bufferStart, _next) = (position, 0);
        jpeg.Position = position;
        _read = jpeg.Read(_buffer);
    }
}
