namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>A rendered derivative.</summary>
/// <param name="WebP">The file.</param>
/// <param name="DominantColor">The most frequent color, <c>#rrggbb</c> in sRGB, on white where the image is transparent.</param>
/// <param name="Source">What the header of the image file says.</param>
public sealed record RenderedDerivative(ReadOnlyMemory<byte> WebP, string DominantColor, ImageDetails Source);
