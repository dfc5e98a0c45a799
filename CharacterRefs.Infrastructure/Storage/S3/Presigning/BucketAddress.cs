using System.Text.RegularExpressions;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>Where the objects of a bucket are found.</summary>
/// <param name="Origin">Scheme, host and port: the start of the URL.</param>
/// <param name="Host">Host and, unless it is the scheme's own, port: what a client sends as <c>Host</c>.</param>
/// <param name="PathPrefix">The encoded path up to the key, with slashes at both ends.</param>
internal sealed partial record BucketAddress(string Origin, string Host, string PathPrefix)
{
    /// <summary>
    /// Virtual-hosted style, unless path style is forced or the bucket cannot be a host label: not before an IP address, not with dots (no match in the
    /// wildcard certificate), not with capitals (DNS ignores case). AWSSDK decides the same way.
    /// </summary>
    public static BucketAddress Of(PresignTarget target)
    {
        var endpoint = target.Endpoint;
        var isHosted = !target.ForcePathStyle && endpoint.HostNameType == UriHostNameType.Dns && HostLabel().IsMatch(target.Bucket);
        // IdnHost is what is sent, but it drops the brackets of IPv6.
        var server = endpoint.HostNameType == UriHostNameType.IPv6 ? endpoint.Host : endpoint.IdnHost;
        var host = $"{(isHosted ? target.Bucket + "." : "")}{server}{(endpoint.IsDefaultPort ? "" : $":{endpoint.Port}")}";
        var basePath = PercentEncoding.Encode(Uri.UnescapeDataString(endpoint.AbsolutePath).Trim('/'), keepSlashes: true);
        var bucketPath = isHosted ? "" : PercentEncoding.Encode(target.Bucket, keepSlashes: false);
        return new BucketAddress($"{endpoint.Scheme}://{host}", host, string.Concat("/", WithSlash(basePath), WithSlash(bucketPath)));
    }

    private static string WithSlash(string path) => path.Length > 0 ? path + "/" : "";

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex HostLabel();
}
