using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Counts the frames of an APNG by its chunks (PNG specification, third edition, 11.3.6). A single frame that is the default image is no animation. The
/// animation control chunk is valid only before the image data, and zero frames make it invalid; readers ignore it then.
/// </summary>
internal struct PngAnimation
{
    private bool _isAnnounced;
    private bool _seenImageData;
    private bool _seenFrameData;
    private uint _announced;
    private int _frames;

    public readonly bool HasMoreThanOneFrame => _isAnnounced && (_announced > 1 || _frames > 1 || _seenFrameData);

    /// <param name="type">Type of the chunk.</param>
    /// <param name="png">At the data of the chunk.</param>
    public void Read(ReadOnlySpan<byte> type, Stream png)
    {
        if (type.SequenceEqual("IDAT"u8))
        {
            _seenImageData = true;
        }
        else if (type.SequenceEqual("acTL"u8) && !_seenImageData)
        {
            Span<byte> count = stackalloc byte[sizeof(uint)];
            png.ReadExactly(count);
            _announced = BinaryPrimitives.ReadUInt32BigEndian(count);
            _isAnnounced = _announced > 0;
        }
        else if (type.SequenceEqual("fcTL"u8))
        {
            _frames++;
        }
        else if (type.SequenceEqual("fdAT"u8))
        {
            _seenFrameData = true;
        }
    }
}
