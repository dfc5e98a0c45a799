using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Limits of image decoding.</summary>
internal sealed record ImageDecodingOptions
{
    private const int MaxConcurrency = 64;

    /// <summary>Images decoded at the same time, 1 to 64. Default: the number of processors. <c>IMAGE_DECODE_CONCURRENCY</c>.</summary>
    public int Concurrency { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, MaxConcurrency);

    /// <summary>Timeout for decoding one image, 1 to 120 seconds. Default: 10 seconds. <c>IMAGE_DECODE_TIMEOUT</c>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the configuration.</summary>
    public static ImageDecodingOptions Read(Settings settings)
    {
        var defaults = new ImageDecodingOptions();
        return new ImageDecodingOptions
        {
            Concurrency = (int)settings.WholeNumber("IMAGE_DECODE_CONCURRENCY", defaults.Concurrency, 1, MaxConcurrency),
            Timeout = settings.Seconds("IMAGE_DECODE_TIMEOUT", (int)defaults.Timeout.TotalSeconds, 1, 120),
        };
    }
}
