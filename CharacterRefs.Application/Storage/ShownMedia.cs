namespace CharacterRefs.Application.Storage;

/// <summary>Which media types a browser may show under a URL of a store: only those that cannot contain scripts. All others are attachments.</summary>
public static class ShownMedia
{
    private static readonly string[] s_kinds = ["image/", "video/", "audio/"];

    /// <summary>Whether a browser may show it.</summary>
    /// <param name="mediaType">A media type, with or without parameters.</param>
    public static bool Contains(string mediaType)
    {
        var name = mediaType.Split(';')[0].TrimEnd();
        return s_kinds.Any(kind => name.StartsWith(kind, StringComparison.OrdinalIgnoreCase)) && !name.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);
    }
}
