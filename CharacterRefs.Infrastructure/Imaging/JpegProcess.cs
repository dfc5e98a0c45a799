namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>The coding processes of JPEG by their start-of-frame markers (ITU-T T.81, table B.1).</summary>
internal static class JpegProcess
{
    private const byte Progressive = 0xC2;

    /// <summary>C0 to CF without DHT (C4), JPG (C8) and DAC (CC).</summary>
    public static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    public static bool IsProgressive(byte marker) => marker == Progressive;

    /// <summary>Name of a process that browsers do not show; <c>null</c> for one that they show.</summary>
    public static string? FindUnsupported(byte marker) => marker switch
    {
        0xC0 or 0xC1 or Progressive => null,
        0xC3 => "lossless coding",
        0xC5 or 0xC6 or 0xC7 => "hierarchical coding",
        0xCB => "lossless arithmetic coding",
        0xC9 or 0xCA => "arithmetic coding",
        _ => "hierarchical arithmetic coding",
    };
}
