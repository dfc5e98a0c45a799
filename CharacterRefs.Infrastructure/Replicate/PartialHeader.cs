using System.Net.Http.Headers;
using System.Text.Json.Serialization;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The first line of a partial output: which version of which file its bytes are from.</summary>
/// <param name="UrlHash">SHA-256 of the URL, which is a secret itself.</param>
/// <param name="ETag">Strong entity tag; <c>null</c> without one.</param>
/// <param name="LastModified">A date that can serve as a validator; <c>null</c> without one.</param>
/// <param name="Length">Length of the whole file in bytes; <c>null</c> when the host did not say.</param>
/// <param name="Until">When Replicate removes the file, UTC.</param>
internal sealed record PartialHeader(string UrlHash, string? ETag, DateTimeOffset? LastModified, long? Length, DateTimeOffset Until)
{
    // Far more than a header has; a longer line is no header.
    private const int MaxBytes = 2048;

    /// <summary>For <c>If-Range</c>.</summary>
    [JsonIgnore]
    public RangeConditionHeaderValue Condition => ETag is not null ? new(new EntityTagHeaderValue(ETag)) : new(LastModified!.Value);

    /// <summary>The header of a whole response; <c>null</c> when a later process could not detect whether the file has changed.</summary>
    public static PartialHeader? Of(Uri url, HttpResponseMessage response, DateTimeOffset until)
    {
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;

        // A date is a strong validator only when the file was at least a second old (RFC 9110, 8.8.2.2).
        var isOld = response.Headers.Date - response.Content.Headers.LastModified >= TimeSpan.FromSeconds(1);
        var modified = isOld ? response.Content.Headers.LastModified : null;
        return tag is null && modified is null ? null : new PartialHeader(HashOf(url), tag, modified, response.Content.Headers.ContentLength, until);
    }

    /// <summary>The hash of a URL.</summary>
    public static string HashOf(Uri url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)));

    /// <summary>Reads the line and leaves the stream behind it; <c>null</c> when the file begins otherwise.</summary>
    public static PartialHeader? Read(Stream file)
    {
        var bytes = new byte[MaxBytes];
        var read = file.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false);
        var end = Array.IndexOf(bytes, (byte)'\n', 0, read);
        if (end < 0)
        {
            return null;
        }

        try
        {
            file.Position = end + 1;
            var header = JsonSerializer.Deserialize<PartialHeader>(bytes.AsSpan(0, end));
            return header is { UrlHash: not null } && (header.ETag is not null || header.LastModified is not null) ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The line, with its end.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this), (byte)'\n'];
}
