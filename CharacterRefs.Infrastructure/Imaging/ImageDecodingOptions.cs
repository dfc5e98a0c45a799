namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Limits of image decoding.</summary>
internal sealed record ImageDecodingOptions
{
    /// <summary>Share of the memory for the inspection of generated images, which are paid.</summary>
    public const double GeneratedShare = 0.5;

    /// <summary>Share of the memory for the inspection of all other images.</summary>
    public const double OthersShare = 0.25;

    /// <summary>Share of the memory for derivatives.</summary>
    public const double DerivativesShare = 0.25;

    private const int MaxConcurrency = 64;
    private const long MebiByte = 1024 * 1024;

    /// <summary>
    /// Images decoded at the same time, 1 to 64, counted separately for generated images, for all others and for derivatives. Default: the number of
    /// processors. <c>IMAGE_DECODE_CONCURRENCY</c>.
    /// </summary>
    public int Concurrency { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, MaxConcurrency);

    /// <summary>
    /// Memory for decoding in bytes, 64 MiB to 1 TiB: half of it for generated images, a quarter for all others, a quarter for derivatives. An image that needs
    /// more than its share is decoded while no other image of that share is. Default: 1 GiB. <c>IMAGE_DECODE_MEMORY_BYTES</c>.
    /// </summary>
    public long MemoryBytes { get; init; } = 1024 * MebiByte;

    /// <summary>Processor time for decoding one image, 1 to 120 seconds. Default: 10 seconds. <c>IMAGE_DECODE_TIMEOUT</c>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same options with a share of the memory.</summary>
    public ImageDecodingOptions WithShare(double share) => this with { MemoryBytes = (long)(MemoryBytes * share) };

    /// <summary>Reads the configuration.</summary>
    public static ImageDecodingOptions Read(Settings settings)
    {
        var defaults = new ImageDecodingOptions();
        return new ImageDecodingOptions
        {
            Concurrency = (int)settings.WholeNumber("IMAGE_DECODE_CONCURRENCY", defaults.Concurrency, 1, MaxConcurrency),
            MemoryBytes = settings.WholeNumber("IMAGE_DECODE_MEMORY_BYTES", defaults.MemoryBytes, 64 * MebiByte, 1024 * 1024 * MebiByte),
            Timeout = settings.Seconds("IMAGE_DECODE_TIMEOUT", (int)defaults.Timeout.TotalSeconds, 1, 120),
        };
    }
}
