namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Counts the chunks of a PNG. The decoder looks at each, which takes seconds for a million empty ones, and expands compressed texts before it reports
/// anything: 1200 of them that expand to 8 MB each took 25 seconds on a busy machine.
/// </summary>
internal sealed class PngChunkCounts
{
    private int _data;
    private int _texts;
    private int _others;

    /// <summary>Counts a chunk.</summary>
    /// <returns>Why there are too many of its kind; <c>null</c> when there are not.</returns>
    public Error? FindExcess(ReadOnlySpan<byte> type) => type.SequenceEqual("IDAT"u8)
        ? Check(ref _data, "chunks of image data", ImageLimits.MaxDataChunks)
        : type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8) || type.SequenceEqual("iCCP"u8)
            ? Check(ref _texts, "compressed texts", ImageLimits.MaxCompressedTexts)
            : Check(ref _others, "chunks", ImageLimits.MaxParts);

    private static Error? Check(ref int count, string parts, int limit) => ++count > limit ? ImageRejections.TooMany(parts, limit) : null;
}
