namespace CharacterRefs.Infrastructure.Imaging;

/// <param name="Marker">Its second byte.</param>
/// <param name="Offset">Where it starts.</param>
/// <param name="Junk">Bytes before it that belong to no segment.</param>
internal readonly record struct JpegMarker(byte Marker, long Offset, int Junk)
{
    /// <summary>Whether a segment follows: all but TEM, RST, SOI and EOI.</summary>
    public bool HasLength => Marker is not (0x01 or (>= 0xD0 and <= 0xD9));
}
