using System.Text.Json;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Where the image of a prediction is: an address, or the bytes themselves.</summary>
internal sealed record OutputSource(Uri? Url, byte[]? Inline)
{
    private const string DataScheme = "data:";
    private const string Base64Mark = ";base64";

    /// <summary>
    /// Reads a string or the first entry of a list, an address or a <c>data:</c> URI (which Replicate returned in 2024 and may again); <c>null</c>
    /// when there is no image in it. The declared type of a <c>data:</c> URI decides nothing.
    /// </summary>
    public static OutputSource? Read(JsonElement output)
    {
        var text = output.ValueKind switch
        {
            JsonValueKind.String => output.GetString(),
            JsonValueKind.Array => output.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String).Select(entry => entry.GetString()).FirstOrDefault(),
            _ => null,
        };
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase))
        {
            return Decode(text) is { Length: > 0 } bytes ? new OutputSource(null, bytes) : null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) ? new OutputSource(url, null) : null;
    }

    private static byte[]? Decode(string dataUri)
    {
        var comma = dataUri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !dataUri.AsSpan(0, comma).EndsWith(Base64Mark, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[(dataUri.Length - comma) * 3L / 4];
        return Convert.TryFromBase64Chars(dataUri.AsSpan(comma + 1), bytes, out var written) ? bytes[..written] : null;
    }
}
