namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Where an image of a prediction is: a URL, or the bytes themselves.</summary>
internal sealed record OutputSource(Uri? Url, byte[]? Inline)
{
    private const string DataScheme = "data:";
    private const string Base64Mark = ";base64";

    /// <summary>
    /// All images of an output of any shape, in order, without repetition. URLs and <c>data:</c> URIs (which Replicate returned in 2024 and may again) are
    /// found wherever they are; of those only the most likely images count, see <see cref="OutputRank"/>.
    /// </summary>
    /// <param name="output">A prediction's output.</param>
    /// <param name="hosts">Allowed hosts, whose URLs come first; <c>null</c> treats all hosts alike.</param>
    public static IReadOnlyList<OutputSource> ReadAll(JsonElement output, IReadOnlyList<OutputHost>? hosts = null)
    {
        var found = new OutputWalk().Read(output);
        var best = found.GroupBy(text => text.Rank).OrderBy(rank => rank.Key)
            .Select(rank => rank.Select(text => text.Text).Distinct(StringComparer.Ordinal).Select(Parse).OfType<OutputSource>().ToList())
            .FirstOrDefault(sources => sources.Count > 0);
        return best is null || hosts is null ? best ?? [] : [.. best.OrderBy(source => source.IsAt(hosts) ? 0 : 1)];
    }

    private static OutputSource? Parse(string text)
    {
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

    private bool IsAt(IReadOnlyList<OutputHost> hosts) => Url is null || hosts.Any(host => host.Covers(Url));
}
