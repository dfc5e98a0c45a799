using System.Net.Http.Headers;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>How Replicate is reached and how long it may take. Its text form masks the token.</summary>
internal sealed record ReplicateOptions
{
    private const string DefaultBaseUrl = "https://api.replicate.com/v1";
    private const string DefaultOutputHosts = "replicate.delivery,*.replicate.delivery";

    /// <summary><c>REPLICATE_API_TOKEN</c>, no default: the bearer token. Without it every plan is an error.</summary>
    public Secret? Token { get; init; }

    /// <summary>
    /// <c>REPLICATE_BASE_URL</c>, default <c>https://api.replicate.com/v1</c>: the API. Kept with a trailing slash, which relative URLs need.
    /// </summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>
    /// <c>REPLICATE_OUTPUT_HOSTS</c>, default <c>replicate.delivery,*.replicate.delivery</c>: where output files may be fetched from; https unless an
    /// entry names a scheme.
    /// </summary>
    public required IReadOnlyList<OutputHost> OutputHosts { get; init; }

    /// <summary>How long Replicate keeps outputs of predictions (openapi.json; docs, data retention).</summary>
    public static TimeSpan OutputLife { get; } = TimeSpan.FromHours(1);

    /// <summary>
    /// <c>REPLICATE_DEADLINE</c>, default 300 s, 5 to 86400: how long one prediction may take from the paid request on before it is canceled.
    /// </summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>
    /// <c>REPLICATE_PREFER_WAIT</c>, default 10 s, 0 to 60: how long the create call may stay open for a fast model; 0 disables waiting. Short,
    /// because each open call holds a connection.
    /// </summary>
    public required TimeSpan PreferWait { get; init; }

    /// <summary>
    /// <c>REPLICATE_RATE_LIMIT_TIMEOUT</c>, default 1800 s, 1 to 86400: how long a paid request may wait for Replicate's rate limit before its slot
    /// fails.
    /// </summary>
    public required TimeSpan RateLimitTimeout { get; init; }

    /// <summary><c>PUBLIC_BASE_URL</c>, no default: where Replicate reaches this service; turns its webhook on. Kept with a trailing slash.</summary>
    public Uri? PublicBaseUrl { get; init; }

    /// <summary>
    /// <c>REPLICATE_POLL_INTERVAL</c>, default 1 s, 1 to 60: first pause between two reads of a prediction; it grows to twice as much. With the webhook
    /// on, the pauses are 5, 15 and 30 times as long.
    /// </summary>
    public required TimeSpan PollInterval { get; init; }

    /// <summary><c>REPLICATE_MAX_OUTPUT_BYTES</c>, default 64 MiB, 1 KiB to 1 GiB: longest output file that is read.</summary>
    public required long MaxOutputBytes { get; init; }

    /// <summary>
    /// <c>REPLICATE_DOWNLOAD_TIMEOUT</c>, default 60 s, 1 to 3600: how long an output file may send no byte before its transfer is resumed, and how
    /// long sending a reference image may take.
    /// </summary>
    public required TimeSpan DownloadTimeout { get; init; }

    /// <summary>Declares and reads the variables; what is wrong with them is collected by <paramref name="settings"/>.</summary>
    public static ReplicateOptions Read(Settings settings) => new()
    {
        Token = settings.Secret("REPLICATE_API_TOKEN", "a Replicate API token: printable characters without spaces or quotes", IsToken),
        BaseUrl = WithTrailingSlash(settings.HttpUrl("REPLICATE_BASE_URL", DefaultBaseUrl)),
        OutputHosts = settings.List(
            "REPLICATE_OUTPUT_HOSTS", DefaultOutputHosts, "comma-separated host, *.host or scheme://host:port", OutputHost.Parse),
        Deadline = settings.Seconds("REPLICATE_DEADLINE", 300, 5, 86_400),
        PreferWait = settings.Seconds("REPLICATE_PREFER_WAIT", 10, 0, 60),
        RateLimitTimeout = settings.Seconds("REPLICATE_RATE_LIMIT_TIMEOUT", 1_800, 1, 86_400),
        PublicBaseUrl = settings.OptionalHttpUrl("PUBLIC_BASE_URL") is { } publicUrl ? WithTrailingSlash(publicUrl) : null,
        PollInterval = settings.Seconds("REPLICATE_POLL_INTERVAL", 1, 1, 60),
        MaxOutputBytes = settings.WholeNumber("REPLICATE_MAX_OUTPUT_BYTES", 67_108_864, 1024, 1_073_741_824, "bytes"),
        DownloadTimeout = settings.Seconds("REPLICATE_DOWNLOAD_TIMEOUT", 60, 1, 3_600),
    };

    /// <summary>Pause before the first read of a prediction.</summary>
    public TimeSpan FirstPause => PollInterval * (PublicBaseUrl is null ? 1 : 5);

    /// <summary>Pause after this one.</summary>
    public TimeSpan NextPause(TimeSpan pause) => PublicBaseUrl is null
        ? (pause * 1.25 < PollInterval * 2 ? pause * 1.25 : PollInterval * 2)
        : PollInterval * (pause < PollInterval * 15 ? 15 : 30);

    /// <summary>Where Replicate reports the end of the prediction of this image; <c>null</c> when the webhook is off.</summary>
    public string? WebhookUrl(CharacterReferenceId imageId) => PublicBaseUrl is { } root ? root.AbsoluteUri + HookOf(imageId) : null;

    /// <summary>Whether it is the webhook URL of this image, whatever the public base URL was when it was sent.</summary>
    public static bool IsHookOf(CharacterReferenceId imageId, string webhook) => webhook.EndsWith('/' + HookOf(imageId), StringComparison.Ordinal);

    /// <summary>The header that carries the token. A method, because the text form of a record prints its properties.</summary>
    public AuthenticationHeaderValue? Authorization() => Token is { } token ? new AuthenticationHeaderValue("Bearer", token.Reveal()) : null;

    private static string HookOf(CharacterReferenceId imageId) => $"api/mv/hooks/replicate?slot={imageId}";

    // Quotes around the value in an env file are a common cause of a rejected token (comfyui-replicate issue 7).
    private static bool IsToken(string value) => value.All(c => c is > ' ' and < '\x7f' and not ('"' or '\'' or '`'));

    // An invalid value is returned as null; Settings stops the start before anything is sent.
    private static Uri WithTrailingSlash(Uri? url)
    {
        var text = (url ?? new Uri(DefaultBaseUrl)).AbsoluteUri;
        return new Uri(text.EndsWith('/') ? text : text + "/");
    }
}
