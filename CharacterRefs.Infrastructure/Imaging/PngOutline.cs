namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Result of reading the chunk headers of a PNG.</summary>
/// <param name="IsAnimated">Whether it is an animation.</param>
/// <param name="IsComplete">Whether its last chunk is complete.</param>
internal readonly record struct PngOutline(bool IsAnimated, bool IsComplete);
