namespace CharacterRefs.Domain.References;

/// <summary>A smaller WebP rendering of an image, for pages. It can be made again at any time and is never an asset.</summary>
/// <param name="Name">File name.</param>
/// <param name="MaxSide">Longest side in pixels; images are never enlarged.</param>
public sealed record Derivative(string Name, int MaxSide)
{
    /// <summary>For grids; rendered when the image is stored.</summary>
    public static Derivative Thumb { get; } = new("thumb.webp", 320);

    /// <summary>For a screen; rendered on first demand.</summary>
    public static Derivative Preview { get; } = new("preview.webp", 1024);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Derivative> All { get; } = [Thumb, Preview];

    /// <summary>Media type of every derivative.</summary>
    public const string MediaType = "image/webp";
}
