using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Storage;

/// <summary>Where images are kept and how they are handed out.</summary>
public sealed record StorageSettings
{
    private const string LocalBackend = "local";

    /// <summary><c>SERVE_FROM_CLOUD</c>: answer retrievals with presigned URLs; default <c>false</c>.</summary>
    public required bool ServeFromCloud { get; init; }

    /// <summary><c>STORAGE_BACKEND</c>: <c>local</c> (the default).</summary>
    public required string Backend { get; init; }

    /// <summary><c>STORAGE_BUCKET</c>: <c>null</c> without one.</summary>
    public string? Bucket { get; init; }

    /// <summary><c>PRESIGNED_URL_EXPIRY</c>: seconds, 1 to 604800, the longest that SigV4 allows; default 3600.</summary>
    public required TimeSpan PresignedUrlExpiry { get; init; }

    /// <summary>Whether retrievals are answered from the cloud.</summary>
    public bool IsCloudServingEnabled => ServeFromCloud && Backend != LocalBackend;

    /// <summary>Declares and reads the variables. A backend that is chosen but cannot work stops the start; there is no silent fallback.</summary>
    public static StorageSettings Read(Settings settings)
    {
        var read = new StorageSettings
        {
            ServeFromCloud = settings.Flag("SERVE_FROM_CLOUD", false),
            Backend = settings.Choice("STORAGE_BACKEND", LocalBackend, new Dictionary<string, string> { [LocalBackend] = LocalBackend }) ?? LocalBackend,
            Bucket = settings.Text("STORAGE_BUCKET", allowed: "a bucket's name"),
            PresignedUrlExpiry = settings.Seconds("PRESIGNED_URL_EXPIRY", 3600, 1, 604_800),
        };
        if (read is { ServeFromCloud: true, Backend: LocalBackend })
        {
            settings.Refuse("SERVE_FROM_CLOUD is \"true\", but STORAGE_BACKEND is \"local\": there is no cloud to serve from; allowed: false.");
        }

        return read;
    }
}
