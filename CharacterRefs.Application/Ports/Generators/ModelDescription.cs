using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>The parameters that a model accepts. All lists are empty and all flags false when <see cref="Error"/> is set.</summary>
public sealed record ModelDescription
{
    /// <summary>As requests name it.</summary>
    public required string Name { get; init; }

    /// <summary>The name that generations record and prices are configured for.</summary>
    public required string RecordedName { get; init; }

    /// <summary>Accepted aspect ratios, W:H; empty when the model takes none, <c>null</c> when it takes any.</summary>
    public IReadOnlyList<string>? AspectRatios { get; init; } = [];

    /// <summary>File formats that can be requested; empty when the model decides.</summary>
    public IReadOnlyList<ImageFormat> OutputFormats { get; init; } = [];

    /// <summary>Whether the model accepts a seed.</summary>
    public bool TakesSeed { get; init; }

    /// <summary>Largest seed; <c>null</c> without one.</summary>
    public int? MaxSeed { get; init; }

    /// <summary>Most reference images of one request; 0 when the model takes none.</summary>
    public int MaxReferenceImages { get; init; }

    /// <summary>Whether the model generates only from a reference image.</summary>
    public bool RequiresReferenceImage { get; init; }

    /// <summary>Whether the model accepts a negative prompt.</summary>
    public bool TakesNegativePrompt { get; init; }

    /// <summary>Accepted values of <see cref="Generators.SafetyFilterLevels"/>; empty when the model accepts none.</summary>
    public IReadOnlyList<string> SafetyFilterLevels { get; init; } = [];

    /// <summary>Accepted values of <see cref="Generators.PersonGenerations"/>; empty when the model accepts none.</summary>
    public IReadOnlyList<string> PersonGenerations { get; init; } = [];

    /// <summary>Why the model cannot be described now; <c>null</c> when it can.</summary>
    public Error? Error { get; init; }
}
