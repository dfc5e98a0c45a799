namespace CharacterRefs.Infrastructure.Files;

/// <summary>The names that files of images may have; those that this program writes are lower case and end in .png, .jpg or .webp.</summary>
internal static class ReferenceFileNames
{
    /// <summary>Why another name is rejected.</summary>
    public const string Rule = "its name must be an image id followed by .png, .jpg, .jpeg or .webp";

    /// <summary>The name that earlier systems gave to a JPEG.</summary>
    public static string EarlierJpeg(CharacterReferenceId id) => $"{id}.jpeg";

    /// <summary>Parses a name in any case.</summary>
    public static bool TryParse(string name, out CharacterReferenceId id, out ImageFormat format)
    {
        var lower = name.ToLowerInvariant();
        var known = ImageFormat.FromExtension(Path.GetExtension(lower).TrimStart('.'));
        format = known ?? ImageFormat.Png;
        return CharacterReferenceId.TryParse(Path.GetFileNameWithoutExtension(lower), out id) && known is not null;
    }
}
