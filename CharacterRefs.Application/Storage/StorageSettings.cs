using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Storage;

/// <summary>Where images are stored and how they are delivered.</summary>
public sealed record StorageSettings
{
    private const string LocalBackend = "local";
    private const string S3Backend = "s3";

    /// <summary>
    /// <c>SERVE_FROM_CLOUD</c>: deliver images by presigned URLs; default <c>false</c>. With <c>local</c> they point to a route of this service, so that
    /// clients can be tested without a cloud.
    /// </summary>
    public required bool ServeFromCloud { get; init; }

    /// <summary><c>STORAGE_BACKEND</c>: <c>local</c> (the default) or <c>s3</c>.</summary>
    public required string Backend { get; init; }

    /// <summary><c>STORAGE_BUCKET</c>: required with <c>s3</c>; <c>null</c> without one.</summary>
    public string? Bucket { get; init; }

    /// <summary>
    /// <c>STORE_OWNER</c>: <c>takeover</c> makes this catalog the owner of a bucket that names another; unset, the start stops then.
    /// </summary>
    public bool TakesOverStore { get; init; }

    /// <summary>
    /// <c>PRESIGNED_URL_EXPIRY</c>: seconds, 1 to 604800, the longest that SigV4 allows; default 3600. Every URL is valid for at least that long.
    /// </summary>
    public required TimeSpan PresignedUrlExpiry { get; init; }

    /// <summary>
    /// <c>STORE_WAIT</c>: seconds, 1 to 300, that a response waits for the upload; default 10. An upload that takes longer is left to the worker, or with
    /// <see cref="StoresFirst"/> rejected.
    /// </summary>
    public required TimeSpan StoreWait { get; init; }

    /// <summary>
    /// <c>STORE_CONCURRENCY</c>: concurrent uploads of the worker, concurrent searches for unknown ids, and objects that an import reads concurrently; 1 to 64;
    /// default 8.
    /// </summary>
    public required int StoreConcurrency { get; init; }

    /// <summary><c>ADOPT_MAX_BYTES</c>: longest orphan in the store that is adopted, 1 KiB to 1 GiB; default 64 MiB.</summary>
    public required long AdoptMaxBytes { get; init; }

    /// <summary>
    /// <c>LOCAL_CACHE_MAX_BYTES</c>: bytes, 0 to 2^50, of local files kept beside persisted copies in a bucket; default 10 GiB. Files that are not persisted
    /// yet, or were used within the last minute, are never evicted; without a bucket none are.
    /// </summary>
    public required long LocalCacheMaxBytes { get; init; }

    /// <summary>
    /// <c>COPY_CHECK_PERIOD</c>: seconds, 3600 to 31536000; default 86400. Within it every persisted copy is found in the bucket again, and every local file is
    /// hashed again.
    /// </summary>
    public required TimeSpan CopyCheckPeriod { get; init; }

    /// <summary>Whether the store is a bucket.</summary>
    public bool HasBucket => Backend == S3Backend;

    /// <summary>
    /// Whether an image has a row only when the store has verified its bytes: with a catalog that several nodes share, because a file on one of them is no
    /// image for the others.
    /// </summary>
    public bool StoresFirst { get; init; }

    /// <summary>Whether the upload of every image is queued, and not only on request.</summary>
    public bool IsEveryImageStored => HasBucket || ServeFromCloud;

    /// <summary>Declares and reads the variables. A backend that is chosen but misconfigured stops the start; there is no silent fallback.</summary>
    public static StorageSettings Read(Settings settings)
    {
        var backends = new Dictionary<string, string> { [LocalBackend] = LocalBackend, [S3Backend] = S3Backend };
        var read = new StorageSettings
        {
            ServeFromCloud = settings.Flag("SERVE_FROM_CLOUD", false),
            Backend = settings.Choice("STORAGE_BACKEND", LocalBackend, backends) ?? LocalBackend,
            Bucket = settings.Text("STORAGE_BUCKET", allowed: "a bucket's name"),
            TakesOverStore = settings.Choice<bool?>("STORE_OWNER", null, new Dictionary<string, bool?> { ["takeover"] = true }) ?? false,
            PresignedUrlExpiry = settings.Seconds("PRESIGNED_URL_EXPIRY", 3600, 1, 604_800),
            StoreWait = settings.Seconds("STORE_WAIT", 10, 1, 300),
            StoreConcurrency = (int)settings.WholeNumber("STORE_CONCURRENCY", 8, 1, 64),
            LocalCacheMaxBytes = settings.WholeNumber("LOCAL_CACHE_MAX_BYTES", 10L << 30, 0, 1L << 50, "bytes"),
            CopyCheckPeriod = settings.Seconds("COPY_CHECK_PERIOD", 86_400, 3_600, 31_536_000),
            AdoptMaxBytes = settings.WholeNumber("ADOPT_MAX_BYTES", 64 << 20, 1 << 10, 1 << 30, "bytes"),
        };
        if (read.Bucket is { } bucket && string.IsNullOrEmpty(settings.Section("STORAGE_BACKEND").Value))
        {
            settings.Reject($"STORAGE_BUCKET is \"{bucket}\", but STORAGE_BACKEND is not set; allowed: s3 to use the bucket, local to leave it unused.");
        }

        return read;
    }
}
