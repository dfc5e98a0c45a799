namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>How far a transfer is.</summary>
/// <param name="DoneBytes">Bytes of all files that have passed.</param>
/// <param name="Bytes">Bytes of all files.</param>
/// <param name="BytesPerSecond">The rate since the last report.</param>
internal readonly record struct TransferReport(int DoneFiles, int Files, long DoneBytes, long Bytes, double BytesPerSecond)
{
    private const double Megabyte = 1e6;

    /// <summary>Of the bytes, or of the files when all are empty; 0 to 100, and 100 only when everything is done.</summary>
    public int Percent => Bytes > 0 ? (int)(DoneBytes * 100.0 / Bytes) : Files > 0 ? DoneFiles * 100 / Files : 100;

    /// <summary>The rate in megabytes (10^6 bytes).</summary>
    public double MegabytesPerSecond => BytesPerSecond / Megabyte;
}
