namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>Settings of the S3 store. <c>ToString</c> masks the credentials.</summary>
internal sealed record S3StoreOptions
{
    private const long Mebibyte = 1024 * 1024;
    private const string DefaultRegion = "us-east-1";

    /// <summary><c>STORAGE_BUCKET</c>, no default: the bucket, which must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary><c>S3_ENDPOINT</c>: an S3-compatible server, used in path style; without it, Amazon S3.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// <c>S3_PUBLIC_ENDPOINT</c>, default <c>S3_ENDPOINT</c>: the endpoint as clients reach it. Used for signing only; the service
    /// does not connect to it.
    /// </summary>
    public Uri? PublicEndpoint { get; init; }

    /// <summary>
    /// <c>AWS_REGION</c>: part of every signature. Default: that of the profile; <c>us-east-1</c> with <c>S3_ENDPOINT</c>. Required otherwise.
    /// </summary>
    public required string Region { get; init; }

    /// <summary><c>AWS_ACCESS_KEY_ID</c>, no default. Without it the SDK's chain is used, see <see cref="S3Credentials"/>.</summary>
    public Secret? AccessKeyId { get; init; }

    /// <summary><c>AWS_SECRET_ACCESS_KEY</c>, no default; set together with <see cref="AccessKeyId"/>.</summary>
    public Secret? SecretAccessKey { get; init; }

    /// <summary><c>AWS_SESSION_TOKEN</c>, no default: for temporary credentials.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary><c>AWS_PROFILE</c>, no default: a profile of the shared AWS files; credentials that are set take precedence.</summary>
    public string? Profile { get; init; }

    /// <summary><c>S3_CONNECT_TIMEOUT</c>, default 3 s, 1 to 60: timeout of opening a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// <c>S3_ATTEMPT_TIMEOUT</c>, default 30 s, 1 to 3600: timeout of one request, for each 16 MiB that it sends or copies; while an asset is read,
    /// of the next bytes.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>S3_TOTAL_TIMEOUT</c>, default 120 s, 1 to 7200, at least <see cref="AttemptTimeout"/>: the same for a request with all its retries.
    /// </summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>S3_MAX_RETRIES</c>, default 4, 0 to 10: attempts after the first, with exponential backoff. The SDK's own retries are off.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary><c>S3_MULTIPART_THRESHOLD</c>, default 64 MiB, 5 MiB to 1 GiB: longer content is sent in parts.</summary>
    public long MultipartThreshold { get; init; } = 64 * Mebibyte;

    /// <summary><c>S3_PART_SIZE</c>, default 8 MiB, 5 MiB (the minimum of S3) to 1 GiB: length of a part.</summary>
    public long PartSize { get; init; } = 8 * Mebibyte;

    /// <summary><c>S3_UPLOAD_PARALLELISM</c>, default 4, 1 to 32: parts of all assets that are in memory and sent at the same time.</summary>
    public int UploadParallelism { get; init; } = 4;

    /// <summary>
    /// <c>S3_COPY_THRESHOLD</c>, default 256 MiB, 5 MiB to 5 GiB (the maximum of S3 for one request): longer objects are copied inside the bucket in
    /// parts.
    /// </summary>
    public long CopyThreshold { get; init; } = 256 * Mebibyte;

    /// <summary><c>S3_COPY_PART_SIZE</c>, default 64 MiB, 5 MiB to 5 GiB; <see cref="UploadParallelism"/> of them are copied at the same time.</summary>
    public long CopyPartSize { get; init; } = 64 * Mebibyte;

    /// <summary><c>S3_PROBE_INTERVAL</c>, default 3 s, 1 to 300: interval of the requests that find out whether the bucket is reachable.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>S3_REQUIRED_AT_START</c>, default <c>true</c>: whether a bucket that fails its probe
    /// stops the start; with <c>false</c> the service starts and is not ready.</summary>
    public bool IsRequiredAtStart { get; init; } = true;

    /// <summary>First delay before a retry; it doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the circuit stays open.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the server is not Amazon S3.</summary>
    public bool IsCustomEndpoint => Endpoint is not null;

    /// <summary>Declares and reads the variables; errors are collected by <paramref name="settings"/>.</summary>
    /// <param name="storage">The backend and <c>STORAGE_BUCKET</c>; combinations are validated only for <c>s3</c>.</param>
    public static S3StoreOptions Read(Settings settings, StorageSettings storage)
    {
        var endpoint = settings.OptionalHttpUrl("S3_ENDPOINT");
        var profile = settings.Text("AWS_PROFILE", allowed: "a profile of the shared AWS files");
        var region = settings.Text("AWS_REGION", allowed: "a region, such as eu-central-1");
        var options = new S3StoreOptions
        {
            Bucket = storage.Bucket ?? "",
            Endpoint = endpoint,
            PublicEndpoint = settings.OptionalHttpUrl("S3_PUBLIC_ENDPOINT") ?? endpoint,
            Region = region ?? SharedProfiles.RegionOf(profile ?? "default") ?? DefaultRegion,
            AccessKeyId = settings.Secret("AWS_ACCESS_KEY_ID", "an access key: printable characters without spaces", IsPrintable),
            SecretAccessKey = settings.Secret("AWS_SECRET_ACCESS_KEY", "a secret key: printable characters without spaces", IsPrintable),
            SessionToken = settings.Secret("AWS_SESSION_TOKEN", "a session token: printable characters without spaces", IsPrintable),
            Profile = profile,
            ConnectTimeout = settings.Seconds("S3_CONNECT_TIMEOUT", 3, 1, 60),
            AttemptTimeout = settings.Seconds("S3_ATTEMPT_TIMEOUT", 30, 1, 3_600),
            TotalTimeout = settings.Seconds("S3_TOTAL_TIMEOUT", 120, 1, 7_200),
            MaxRetries = (int)settings.WholeNumber("S3_MAX_RETRIES", 4, 0, 10),
            MultipartThreshold = settings.WholeNumber("S3_MULTIPART_THRESHOLD", 64 * Mebibyte, 5 * Mebibyte, 1024 * Mebibyte, "bytes"),
            PartSize = settings.WholeNumber("S3_PART_SIZE", 8 * Mebibyte, 5 * Mebibyte, 1024 * Mebibyte, "bytes"),
            UploadParallelism = (int)settings.WholeNumber("S3_UPLOAD_PARALLELISM", 4, 1, 32),
            CopyThreshold = settings.WholeNumber("S3_COPY_THRESHOLD", 256 * Mebibyte, 5 * Mebibyte, 5120 * Mebibyte, "bytes"),
            CopyPartSize = settings.WholeNumber("S3_COPY_PART_SIZE", 64 * Mebibyte, 5 * Mebibyte, 5120 * Mebibyte, "bytes"),
            ProbeInterval = settings.Seconds("S3_PROBE_INTERVAL", 3, 1, 300),
            IsRequiredAtStart = settings.Flag("S3_REQUIRED_AT_START", true),
        };
        if (storage.HasBucket)
        {
            options.ValidateCombinations(settings, region ?? SharedProfiles.RegionOf(profile ?? "default"));
        }

        return options;
    }

    private void ValidateCombinations(Settings settings, string? region)
    {
        if (Bucket.Length == 0)
        {
            settings.Reject("STORAGE_BUCKET is not set, but STORAGE_BACKEND is \"s3\"; allowed: the name of a bucket that exists.");
        }
        else if (!Bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            settings.Reject($"STORAGE_BUCKET is \"{Bucket}\"; allowed: a bucket's name, without a path or a scheme.");
        }

        RejectBucketIn(settings, "S3_ENDPOINT", Endpoint);
        RejectBucketIn(settings, "S3_PUBLIC_ENDPOINT", PublicEndpoint == Endpoint ? null : PublicEndpoint);
        if (region is null && Endpoint is null)
        {
            var cause = Profile is { } profile && !SharedProfiles.Has(profile) ? $", and {SharedProfiles.ProblemOf(profile)}" : "";
            settings.Reject($"AWS_REGION is not set{cause}; allowed: the region of the bucket, such as eu-central-1, or S3_ENDPOINT for another server.");
        }

        if (TotalTimeout < AttemptTimeout)
        {
            settings.Reject("S3_TOTAL_TIMEOUT is shorter than S3_ATTEMPT_TIMEOUT; allowed: at least as long.");
        }

        if (AccessKeyId is null != SecretAccessKey is null)
        {
            settings.Reject("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set one without the other; allowed: both or none.");
        }
    }

    /// <summary>Some providers show the URL of the bucket where a client needs that of the server.</summary>
    private void RejectBucketIn(Settings settings, string name, Uri? endpoint)
    {
        var path = endpoint?.AbsolutePath.TrimEnd('/') ?? "";
        if (Bucket.Length > 0 && path.EndsWith($"/{Bucket}", StringComparison.Ordinal))
        {
            var server = endpoint!.GetLeftPart(UriPartial.Authority) + path[..^(Bucket.Length + 1)];
            settings.Reject($"{name} is \"{endpoint.OriginalString}\", which ends with the bucket; allowed: the server alone, \"{server}\".");
        }
    }

    private static bool IsPrintable(string value) => value.All(c => c is > ' ' and < '\x7f');
}
