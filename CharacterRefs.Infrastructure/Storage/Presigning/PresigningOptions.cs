namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>How URLs are signed, for the local store and for S3.</summary>
internal sealed record PresigningOptions
{
    /// <summary>
    /// <c>PRESIGNED_URL_WINDOW</c>, default 900 s, 0 to 86400: how long every caller and node gets the same URL for the same object. The lifetime
    /// of a URL is that much longer than requested. 0 means one second, the resolution of SigV4.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(900);

    /// <summary>Declares and reads the variable.</summary>
    public static PresigningOptions Read(Settings settings) =>
        new() { Window = settings.Seconds("PRESIGNED_URL_WINDOW", (int)new PresigningOptions().Window.TotalSeconds, 0, 86_400) };
}
