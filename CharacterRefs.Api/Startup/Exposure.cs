using System.Net;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;

namespace CharacterRefs.Api.Startup;

/// <summary>Who can reach the service: from its addresses and its keys.</summary>
/// <param name="urls">The addresses to listen on, separated by semicolons.</param>
/// <param name="options">Keys and hosts.</param>
internal sealed partial class Exposure(string urls, ApiOptions options)
{
    // Not in the constructor: addresses are read only when the settings are known to be valid.
    private bool IsOnLoopback => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsLoopback);

    private bool IsOpen => options.ApiKeyHashes.Count == 0;

    /// <summary>Hosts that requests may name; empty = any.</summary>
    public IReadOnlyList<string> AllowedHosts =>
        options.AllowedHosts.Count > 0 || (IsOpen && IsOnLoopback) ? [.. options.AllowedHosts, .. HostGate.LoopbackNames, options.Host] : [];

    /// <summary>Logs once that no key is required, as an error when other machines can reach the service.</summary>
    public void LogIfOpen(ILogger logger)
    {
        if (IsOpen && IsOnLoopback)
        {
            LogOpenOnLoopback(logger);
        }
        else if (IsOpen)
        {
            LogOpen(logger, urls);
        }
    }

    // Any name except localhost is an address of every interface for the server.
    private static bool IsLoopback(string url) =>
        BindingAddress.Parse(url) is var address
        && (address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)));

    [LoggerMessage(310, LogLevel.Warning, "API_KEY is not set: every program on this machine can read, generate and delete")]
    private static partial void LogOpenOnLoopback(ILogger logger);

    [LoggerMessage(
        311,
        LogLevel.Error,
        "API_KEY is not set, and the service listens on {Urls}: EVERYONE who reaches this address can read, delete and generate at your cost. Set API_KEY")]
    private static partial void LogOpen(ILogger logger, string urls);
}
