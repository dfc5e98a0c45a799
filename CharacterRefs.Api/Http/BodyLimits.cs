namespace CharacterRefs.Api.Http;

/// <summary>Limits of request bodies below the server's own (<c>MAX_REQUEST_BODY_BYTES</c>); larger bodies: 413.</summary>
internal static class BodyLimits
{
    /// <summary>A JSON body: 256 KiB, enough for two texts of 4000 escaped characters or 1000 ids.</summary>
    public const long Json = 256 * 1024;

    /// <summary>A list of 1000 files with paths of 800 bytes: 2 MiB.</summary>
    public const long Uploads = 2 * 1024 * 1024;
}
