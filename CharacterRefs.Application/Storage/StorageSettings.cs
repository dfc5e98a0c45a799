using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Storage;

/// <summary>Where images are kept and how they are handed out.</summary>
public sealed record StorageSettings
{
    private const string LocalBackend = "local";
    private const string S3Backend = "s3";

    /// <summary>
    /// <c>SERVE_FROM_CLOUD</c>: answer retrievals with presigned URLs; default <c>false</c>. With <c>local</c> they lead to a route of this service, so
    /// that clients can be tried without a cloud.
    /// </summary>
    public required bool ServeFromCloud { get; init; }

    /// <summary><c>STORAGE_BACKEND</c>: <c>local</c> (the default) or <c>s3</c>.</summary>
    public required string Backend { get; init; }

    /// <summary><c>STORAGE_BUCKET</c>: required with <c>s3</c>; <c>null</c> without one.</summary>
    public string? Bucket { get; init; }

    /// <summary><c>PRESIGNED_URL_EXPIRY</c>: seconds, 1 to 604800, the longest that SigV4 allows; default 3600. Every URL holds at least that long.</summary>
    public required TimeSpan PresignedUrlExpiry { get; init; }

    /// <summary>
    /// <c>STORE_WAIT</c>: seconds, 1 to 300, that an answer waits for the copy in the bucket; default 10. The copy follows later if it takes longer.
    /// </summary>
    public required TimeSpan StoreWait { get; init; }

    /// <summary>
    /// <c>STORE_CONCURRENCY</c>: copies that the background worker stores at once, images of unknown ids that are looked for at once, and objects that
    /// an import reads at once; 1 to 64; default 8.
    /// </summary>
    public required int StoreConcurrency { get; init; }

    /// <summary><c>ADOPT_MAX_BYTES</c>: longest object in the store that is taken in without a row, 1 KiB to 1 GiB; default 64 MiB.</summary>
    public required long AdoptMaxBytes { get; init; }

    /// <summary>
    /// <c>LOCAL_CACHE_MAX_BYTES</c>: bytes, 0 to 2^50, of local files kept beside verified copies in a bucket; default 10 GiB. Files that are not verified
    /// there, or were used within the last minute, stay whatever they take; without a bucket all do.
    /// </summary>
    public required long LocalCacheMaxBytes { get; init; }

    /// <summary>Whether the store is a bucket.</summary>
    public bool HasBucket => Backend == S3Backend;

    /// <summary>Whether every image goes to the store by itself, and not only when a client asks for it.</summary>
    public bool IsEveryImageStored => HasBucket || ServeFromCloud;

    /// <summary>Whether retrievals are answered with addresses in the store.</summary>
    public bool IsCloudServingEnabled => ServeFromCloud;

    /// <summary>Declares and reads the variables. A backend that is chosen but cannot work stops the start; there is no silent fallback.</summary>
    public static StorageSettings Read(Settings settings)
    {
        var backends = new Dictionary<string, string> { [LocalBackend] = LocalBackend, [S3Backend] = S3Backend };
        return new StorageSettings
        {
            ServeFromCloud = settings.Flag("SERVE_FROM_CLOUD", false),
            Backend = settings.Choice("STORAGE_BACKEND", LocalBackend, backends) ?? LocalBackend,
            Bucket = settings.Text("STORAGE_BUCKET", allowed: "a bucket's name"),
            PresignedUrlExpiry = settings.Seconds("PRESIGNED_URL_EXPIRY", 3600, 1, 604_800),
            StoreWait = settings.Seconds("STORE_WAIT", 10, 1, 300),
            StoreConcurrency = (int)settings.WholeNumber("STORE_CONCURRENCY", 8, 1, 64),
            LocalCacheMaxBytes = settings.WholeNumber("LOCAL_CACHE_MAX_BYTES", 10L << 30, 0, 1L << 50, "bytes"),
            AdoptMaxBytes = settings.WholeNumber("ADOPT_MAX_BYTES", 64 << 20, 1 << 10, 1 << 30, "bytes"),
        };
    }
}
