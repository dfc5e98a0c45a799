namespace CharacterRefs.Application.Ports.Generators;

/// <summary>The optional parameters of a generation in the contract's terms; <c>null</c> = not set.</summary>
public sealed record GenerationParameters
{
    /// <summary>Width to height.</summary>
    public AspectRatio? AspectRatio { get; init; }

    /// <summary>File format to request from the model; the format of the output is detected from its content.</summary>
    public ImageFormat? OutputFormat { get; init; }

    /// <summary>What must not be in the picture.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>One of <see cref="SafetyFilterLevels.All"/>.</summary>
    public string? SafetyFilterLevel { get; init; }

    /// <summary>One of <see cref="PersonGenerations.All"/>.</summary>
    public string? PersonGeneration { get; init; }
}
