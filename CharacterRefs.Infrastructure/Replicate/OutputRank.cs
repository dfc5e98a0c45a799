namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>How likely a URL in an output is the generated image, best first. Only the best rank that occurs is used.</summary>
internal enum OutputRank
{
    /// <summary>The whole output, an item of its list, a member such as <c>image</c> or <c>url</c>, or a URL that ends like an image.</summary>
    Image,

    /// <summary>A URL under any other member.</summary>
    Unknown,

    /// <summary>A thumbnail, preview, mask or input image: an image, but not the result.</summary>
    Secondary,

    /// <summary>Ends like a file that is no image, such as <c>.json</c> or <c>.mp4</c>, or a <c>data:</c> URI that declares another type.</summary>
    OtherMedia,
}
