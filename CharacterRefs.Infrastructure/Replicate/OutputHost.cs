using System.Text.RegularExpressions;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// One place from which output files may be fetched: <c>[scheme://][*.]host[:port]</c>. Without a scheme only https, without a port only the
/// scheme's own. <c>*.</c> matches one or more labels and not the bare host.
/// </summary>
internal sealed partial record OutputHost(string Scheme, string Host, bool AnySubdomain, int Port)
{
    /// <summary>Reads an entry; <c>null</c> when it is none.</summary>
    public static OutputHost? Parse(string text)
    {
        var match = Entry().Match(text.ToLowerInvariant());
        if (!match.Success)
        {
            return null;
        }

        var scheme = match.Groups["scheme"] is { Success: true } named ? named.Value : Uri.UriSchemeHttps;
        var port = match.Groups["port"] is { Success: true } digits
            ? int.Parse(digits.Value, CultureInfo.InvariantCulture)
            : scheme == Uri.UriSchemeHttps ? 443 : 80;
        return port is > 0 and <= ushort.MaxValue
            ? new OutputHost(scheme, match.Groups["host"].Value, match.Groups["any"].Success, port)
            : null;
    }

    /// <summary>Whether this entry covers the URL. A URL with a user name never matches: that is a known way to disguise a host.</summary>
    public bool Covers(Uri url) =>
        url.IsAbsoluteUri
        && url.UserInfo.Length == 0
        && url.Scheme == Scheme
        && url.Port == Port
        && (AnySubdomain ? url.Host.EndsWith("." + Host, StringComparison.OrdinalIgnoreCase) : url.Host.Equals(Host, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^((?<scheme>https?)://)?(?<any>\*\.)?(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:(?<port>[0-9]{1,5}))?/?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
