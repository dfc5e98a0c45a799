using System.Net;
using System.Net.Sockets;
using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Api.Configuration;

/// <summary>Where the service listens, which keys it accepts, and its limits.</summary>
internal sealed record ApiOptions
{
    private const string HashPrefix = "hash:";
    private const string LocalHost = "localhost";

    private const string KeysAllowed =
        "comma-separated keys of printable ASCII characters without spaces or quotes, or hash: and 64 hexadecimal digits that are not the hash of nothing";

    private static readonly byte[] s_hashOfNothing = SHA256.HashData([]);

    /// <summary><c>API_HOST</c>: <c>localhost</c>, the default, or an IP address; <c>0.0.0.0</c> for every interface.</summary>
    public required string Host { get; init; }

    /// <summary><c>API_PORT</c>: 0 to 65535, 0 = any free port; default 8000.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// <c>API_KEY</c>: comma-separated keys, each in clear text (printable ASCII without spaces and quotes) or as <c>hash:</c> and its SHA-256 in hexadecimal.
    /// Unset = no key required.
    /// </summary>
    public required IReadOnlyList<byte[]> ApiKeyHashes { get; init; }

    /// <summary><c>CORS_ORIGINS</c>: comma-separated exact origins that browsers may call from; default none.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>
    /// <c>ALLOWED_HOSTS</c>: comma-separated host names without port that requests may name as <c>Host</c>, <c>*.</c> for all subdomains, beside the loopback
    /// names. Unset = any, but only the loopback names while the service listens on loopback without a key.
    /// </summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary><c>MAX_CONNECTIONS</c>: open connections, 1 to 1000000; default 4096. Further ones are closed at once.</summary>
    public required int MaxConnections { get; init; }

    /// <summary><c>RESPONSE_STALL_TIMEOUT</c>: seconds that a response may wait for its client to accept more of it, 1 to 3600; default 120.</summary>
    public required TimeSpan ResponseStallTimeout { get; init; }

    /// <summary><c>SERVE_WITH</c>: with <c>x-accel</c> the nginx in front sends local images; unset, the default = the service sends them.</summary>
    public required bool LeavesFilesToNginx { get; init; }

    /// <summary>
    /// <c>LOG_LEVEL</c>: <c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c>, <c>error</c>, <c>critical</c> or <c>none</c>; default
    /// <c>information</c>.
    /// </summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary><c>LOG_FORMAT</c>: <c>text</c> or <c>json</c>; default <c>text</c>.</summary>
    public required LogFormat LogFormat { get; init; }

    /// <summary><c>MAX_REQUEST_BODY_BYTES</c>: limit of any request body, 413 beyond it; 1 MiB to 1 GiB, default 32 MiB.</summary>
    public required long MaxRequestBodyBytes { get; init; }

    /// <summary><c>EVENT_STREAMS_PER_CLIENT</c>: event streams that one client may have open, 1 to 100000; default 100. Beyond it: 429.</summary>
    public required int EventStreamsPerClient { get; init; }

    /// <summary><c>SESSION_LIFETIME</c>: seconds that the cookie of a page is valid, 60 to 604800; default one day.</summary>
    public required TimeSpan SessionLifetime { get; init; }

    /// <summary>
    /// <c>SHUTDOWN_DELAY</c>: seconds that the service continues to serve after SIGTERM, 0 to 600, while it is not ready; default 0. In the last one it
    /// accepts no new connections.
    /// </summary>
    public required TimeSpan ShutdownDelay { get; init; }

    /// <summary>
    /// <c>SHUTDOWN_TIMEOUT</c>: seconds that a stop waits for what is being stored, 0 to 3600; default 8, within the 10 s of <c>docker stop</c>.
    /// </summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary><c>AUTOMAPPER_LICENSE_KEY</c>: AutoMapper's licence key; without one, AutoMapper works and logs a warning once.</summary>
    public Secret? AutoMapperLicenseKey { get; init; }

    /// <summary>Declares and reads the variables.</summary>
    public static ApiOptions Read(Settings settings) => new()
    {
        Host = settings.Text("API_HOST", LocalHost, "localhost or an IP address", ToHost)!,
        Port = (int)settings.WholeNumber("API_PORT", 8000, 0, 65535),
        ApiKeyHashes = settings.List("API_KEY", null, KeysAllowed, ToHash, isSecret: true),
        CorsOrigins = settings.List("CORS_ORIGINS", null, "comma-separated origins such as https://example.org, without a path", ToOrigin),
        AllowedHosts = settings.List("ALLOWED_HOSTS", null, "comma-separated host names or IP addresses without port, or *.name", ToAllowedHost),
        MaxConnections = (int)settings.WholeNumber("MAX_CONNECTIONS", 4_096, 1, 1_000_000),
        ResponseStallTimeout = settings.Seconds("RESPONSE_STALL_TIMEOUT", 120, 1, 3_600),
        LeavesFilesToNginx = settings.Choice("SERVE_WITH", null, new Dictionary<string, bool> { ["x-accel"] = true }),
        LogLevel = settings.Choice("LOG_LEVEL", "information", Enum.GetValues<LogLevel>().ToDictionary(level => level.ToString().ToLowerInvariant())),
        LogFormat = settings.Choice("LOG_FORMAT", "text", Enum.GetValues<LogFormat>().ToDictionary(format => format.ToString().ToLowerInvariant())),
        MaxRequestBodyBytes = settings.WholeNumber("MAX_REQUEST_BODY_BYTES", 32 << 20, 1 << 20, 1 << 30, "bytes"),
        EventStreamsPerClient = (int)settings.WholeNumber("EVENT_STREAMS_PER_CLIENT", 100, 1, 100_000),
        SessionLifetime = settings.Seconds("SESSION_LIFETIME", 86_400, 60, 604_800),
        ShutdownDelay = settings.Seconds("SHUTDOWN_DELAY", 0, 0, 600),
        ShutdownTimeout = settings.Seconds("SHUTDOWN_TIMEOUT", 8, 0, 3_600),
        AutoMapperLicenseKey = settings.Secret("AUTOMAPPER_LICENSE_KEY", "a licence key of AutoMapper"),
    };

    /// <summary>Rejects other names: the server would not resolve them but listen on every interface.</summary>
    private static string? ToHost(string value)
    {
        if (value.Equals(LocalHost, StringComparison.OrdinalIgnoreCase))
        {
            return LocalHost;
        }

        if (!IPAddress.TryParse(value, out var address))
        {
            return null;
        }

        return address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{address}]"
            : address.ToString() == value ? value // rejects short forms: 8000 is a misplaced port
            : null;
    }

    private static byte[]? ToHash(string entry)
    {
        // In any case: HASH: would otherwise make the digits themselves the key.
        if (!entry.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return entry.All(c => c is > ' ' and <= '~' and not ('"' or '\'')) ? SHA256.HashData(Encoding.UTF8.GetBytes(entry)) : null;
        }

        var digits = entry[HashPrefix.Length..];
        return entry.StartsWith(HashPrefix, StringComparison.Ordinal) && digits.Length == 64 && digits.All(char.IsAsciiHexDigit)
            && Convert.FromHexString(digits) is var hash && !hash.AsSpan().SequenceEqual(s_hashOfNothing)
            ? hash
            : null;
    }

    private static string? ToAllowedHost(string entry)
    {
        var name = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry;
        return Uri.CheckHostName(name) switch
        {
            UriHostNameType.Dns or UriHostNameType.IPv4 => entry,
            UriHostNameType.IPv6 => name.StartsWith('[') ? entry : $"[{entry}]",
            _ => null,
        };
    }

    private static string? ToOrigin(string entry) =>
        Uri.TryCreate(entry, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority) == entry ? entry : null;
}
