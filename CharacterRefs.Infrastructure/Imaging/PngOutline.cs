namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>What the chunk headers of a PNG tell.</summary>
/// <param name="IsAnimated">It announces an animation.</param>
/// <param name="IsComplete">Its last chunk is there in full.</param>
internal readonly record struct PngOutline(bool IsAnimated, bool IsComplete);
