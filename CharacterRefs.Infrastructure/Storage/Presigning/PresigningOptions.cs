using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>How URLs are signed, on local disk and for S3 alike.</summary>
internal sealed record PresigningOptions
{
    /// <summary>
    /// <c>PRESIGNED_URL_WINDOW</c>, default 900 s, 0 to 86400: how long every caller and node gets the same URL for the same object. A URL lives that
    /// much longer than was asked. 0 means a second, the finest that SigV4 can tell.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(900);

    /// <summary>Declares and reads it.</summary>
    public static PresigningOptions Read(Settings settings) =>
        new() { Window = settings.Seconds("PRESIGNED_URL_WINDOW", (int)new PresigningOptions().Window.TotalSeconds, 0, 86_400) };
}
