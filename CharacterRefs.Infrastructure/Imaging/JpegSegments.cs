using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Walks the segments of a JPEG (ITU-T T.81, annex B) up to its end marker: dimensions, coding process, number of scans, and faults that harm no pixel.
/// libjpeg reports such a fault with the same kind of warning as damaged data, so it is repaired for the decoder, which then has to run without any warning.
/// </summary>
internal sealed class JpegSegments(Stream jpeg)
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte App0 = 0xE0;
    private const byte App14 = 0xEE;
    private const int SupportedBits = 8;

    private readonly JpegMarkerReader _markers = new(jpeg);
    private readonly List<JpegRepair> _repairs = [];
    private (int Width, int Height, int Components, bool IsProgressive)? _frame;
    private (long Offset, byte Transform)? _adobe;
    private int _scans;

    /// <summary>Reads the stream from its start up to its end marker.</summary>
    public Result<ImageOutline> Walk(CancellationToken cancellationToken)
    {
        for (var segments = 0; _markers.FindNext() is { } found; segments++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Junk > 0)
            {
                _repairs.Add(new JpegRepair(found.Offset - found.Junk, found.Junk, default));
            }

            if (segments > ImageLimits.MaxParts)
            {
                return ImageRejections.TooMany("segments", ImageLimits.MaxParts);
            }

            if (found.Marker == EndOfImage)
            {
                return Conclude() is { } outline ? outline : Undecodable();
            }

            if (found.HasLength && Read(found.Marker) is { } error)
            {
                return error;
            }
        }

        // Limits are named although the file is incomplete.
        return Conclude() is { } incomplete && ImageRejections.BrokenLimit(incomplete) is { } limit ? limit : Undecodable();
    }

    private static Error Undecodable() => ImageRejections.Undecodable(ImageFormat.Jpeg);

    private Error? Read(byte marker)
    {
        var (start, data) = _markers.ReadSegment();
        var segment = data.Span;
        switch (marker)
        {
            case StartOfScan:
                return ReadScan(start, segment);
            case App0 when segment.StartsWith("JFIF\0"u8) && segment.Length > 5 && segment[5] != 1:
                _repairs.Add(new JpegRepair(start + 5, 1, new byte[] { 1 }));
                return null;
            case App14 when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                _adobe = (start + 11, segment[11]);
                return null;
            default:
                return JpegProcess.IsFrame(marker) ? ReadFrame(marker, segment) : null;
        }
    }

    private Error? ReadFrame(byte marker, ReadOnlySpan<byte> segment)
    {
        if (JpegProcess.FindUnsupported(marker) is { } process)
        {
            return ImageRejections.UnsupportedJpeg(process);
        }

        if (segment.Length < 6 || _frame is not null)
        {
            return Undecodable();
        }

        _frame = (
            BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), segment[5],
            JpegProcess.IsProgressive(marker));
        return segment[0] == SupportedBits ? null : ImageRejections.UnsupportedJpeg($"{segment[0]} bits per sample");
    }

    private Error? ReadScan(long start, ReadOnlySpan<byte> segment)
    {
        if (_frame is not { } frame || segment.Length < 4)
        {
            return Undecodable();
        }

        if (++_scans > ImageLimits.MaxScans)
        {
            return ImageRejections.TooMany("scans", ImageLimits.MaxScans);
        }

        // The last three bytes have a meaning only in progressive files; decoders of sequential ones take these values whatever is written.
        ReadOnlySpan<byte> sequential = [0, 63, 0];
        if (!frame.IsProgressive && !segment[^3..].SequenceEqual(sequential))
        {
            _repairs.Add(new JpegRepair(start + segment.Length - 3, 3, sequential.ToArray()));
        }

        _markers.SkipScan();
        return null;
    }

    private ImageOutline? Conclude()
    {
        if (_frame is not { Width: > 0, Height: > 0 } frame || _scans == 0)
        {
            return null;
        }

        // Values that libjpeg does not know mean YCbCr for it in three components and YCCK in four; browsers and Pillow show them so.
        if (_adobe is { } adobe && ((frame.Components == 3 && adobe.Transform > 1) || (frame.Components == 4 && adobe.Transform is not (0 or 2))))
        {
            _repairs.Add(new JpegRepair(adobe.Offset, 1, new[] { frame.Components == 3 ? (byte)1 : (byte)2 }));
        }

        var isInPasses = frame.IsProgressive || _scans > 1;
        return new ImageOutline(frame.Width, frame.Height)
        {
            IsInPasses = isInPasses,
            IsDecodedWhole = isInPasses,
            Repairs = [.. _repairs.OrderBy(repair => repair.Offset)],
        };
    }
}
