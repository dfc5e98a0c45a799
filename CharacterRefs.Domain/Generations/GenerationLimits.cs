namespace CharacterRefs.Domain.Generations;

/// <summary>The bounds of a generate request (docs/api contract); the validator, the schema and the messages all read them here.</summary>
public static class GenerationLimits
{
    /// <summary>Fewest images of one request.</summary>
    public const int MinImages = 1;

    /// <summary>Most images of one request.</summary>
    public const int MaxImages = 4;

    /// <summary>Images of a request that names no number.</summary>
    public const int DefaultImages = 4;

    /// <summary>Longest description or negative prompt, in Unicode code points after trimming.</summary>
    public const int MaxDescriptionLength = 4000;

    /// <summary>Most reference images of one request; the most that a known model takes is 14 (nano-banana-2). A model may take fewer.</summary>
    public const int MaxReferenceImages = 14;

    /// <summary>Largest seed: 2³¹−1, the largest that every model known to take a seed accepts.</summary>
    public const int MaxSeed = int.MaxValue;
}
