namespace CharacterRefs.Application.Ports.Generators;

/// <summary>How much a model should reject, in the terms of Google's image models.</summary>
public static class SafetyFilterLevels
{
    /// <summary>Strictest.</summary>
    public const string BlockLowAndAbove = "block_low_and_above";

    /// <summary>In between.</summary>
    public const string BlockMediumAndAbove = "block_medium_and_above";

    /// <summary>Most permissive that can be requested.</summary>
    public const string BlockOnlyHigh = "block_only_high";

    /// <summary>All three, strictest first.</summary>
    public static IReadOnlyList<string> All { get; } = [BlockLowAndAbove, BlockMediumAndAbove, BlockOnlyHigh];
}
