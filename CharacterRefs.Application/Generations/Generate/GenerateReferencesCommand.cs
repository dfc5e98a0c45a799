using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Generates reference images of a described character.</summary>
public sealed record GenerateReferencesCommand
{
    /// <summary>The description of the character, trimmed, within the limits.</summary>
    public required string Description { get; init; }

    /// <summary>1 to 4.</summary>
    public required int NumImages { get; init; }

    /// <summary>Seed of the first image; <c>null</c> = random.</summary>
    public int? Seed { get; init; }

    /// <summary>The model parameters that the client set.</summary>
    public required GenerationParameters Parameters { get; init; }

    /// <summary>A flavor's name; <c>null</c> = <c>default</c>.</summary>
    public string? Flavor { get; init; }

    /// <summary><c>owner/name</c> from the allow-list; <c>null</c> = the flavor's.</summary>
    public string? Model { get; init; }

    /// <summary>Most that it may cost by estimate, in USD; <c>null</c> = no bound of its own.</summary>
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Images that show the character, without repetition; empty = none.</summary>
    public IReadOnlyList<CharacterReferenceId> ReferenceImageIds { get; init; } = [];

    /// <summary>The request member that named them, for messages.</summary>
    public string ReferenceField { get; init; } = "reference_image_id";
}
