namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Finds the URLs and <c>data:</c> URIs in an output: string, list, object, or any nesting of them.</summary>
internal sealed class OutputWalk
{
    // Far more than any model returns for one prediction; bounds what a hostile output costs.
    private const int MaxTexts = 1000;

    private static readonly string[] s_imageMembers =
    [
        "image", "images", "url", "urls", "uri", "uris", "output", "outputs", "image_url", "image_urls", "img", "file", "files", "result", "results", "data",
        "src",
    ];

    private static readonly string[] s_secondaryParts = ["thumb", "preview", "mask", "input", "reference", "control"];

    private static readonly string[] s_imageEndings = [".png", ".jpg", ".jpeg", ".webp"];

    private static readonly string[] s_otherEndings =
    [
        ".json", ".txt", ".csv", ".html", ".md", ".log", ".xml", ".yaml", ".pdf", ".mp4", ".webm", ".mov", ".mkv", ".avi", ".mp3", ".wav", ".flac", ".ogg",
        ".zip", ".tar", ".gz", ".safetensors", ".npz", ".npy", ".pkl", ".bin", ".glb", ".obj", ".ply",
    ];

    private readonly List<(OutputRank Rank, string Text)> _texts = [];

    /// <summary>The texts in document order.</summary>
    public IReadOnlyList<(OutputRank Rank, string Text)> Read(JsonElement output)
    {
        Visit(output, OutputRank.Image, isMember: false);
        return _texts;
    }

    private void Visit(JsonElement element, OutputRank rank, bool isMember)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                Add(element.GetString()!, rank, isMember);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Visit(item, rank, isMember);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Visit(member.Value, RankOf(member.Name, rank), isMember: true);
                }

                break;
        }
    }

    private static OutputRank RankOf(string member, OutputRank parent) =>
        parent == OutputRank.Secondary || s_secondaryParts.Any(part => member.Contains(part, StringComparison.OrdinalIgnoreCase)) ? OutputRank.Secondary
        : s_imageMembers.Contains(member, StringComparer.OrdinalIgnoreCase) ? OutputRank.Image
        : OutputRank.Unknown;

    private void Add(string text, OutputRank rank, bool isMember)
    {
        var known = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? OfDataUri(text, rank) : OfUrl(text, rank, isMember);
        if (known is not null && _texts.Count < MaxTexts)
        {
            _texts.Add((known.Value, text));
        }
    }

    // The declared type decides only between several: octet-stream was seen for images.
    private static OutputRank OfDataUri(string text, OutputRank rank)
    {
        var type = text["data:".Length..].Split(';', ',')[0];
        return type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? rank == OutputRank.Secondary ? rank : OutputRank.Image
            : type is "" or "application/octet-stream" ? rank
            : OutputRank.OtherMedia;
    }

    private static OutputRank? OfUrl(string text, OutputRank rank, bool isMember)
    {
        // Any text with a colon parses as a URL; as a member only http counts, so that a prompt is none.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (isMember && url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        var ending = Path.GetExtension(url.AbsolutePath);
        return s_otherEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? OutputRank.OtherMedia
            : rank == OutputRank.Unknown && s_imageEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? OutputRank.Image
            : rank;
    }
}
