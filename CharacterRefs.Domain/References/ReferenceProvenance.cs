using System.Text.Json;

namespace CharacterRefs.Domain.References;

/// <summary>Provenance of a generated image.</summary>
public sealed record ReferenceProvenance
{
    /// <summary>The generation of the image.</summary>
    public required GenerationId GenerationId { get; init; }

    /// <summary>Zero-based position in that generation.</summary>
    public required int SlotIndex { get; init; }

    /// <summary>The character as the client described it, trimmed.</summary>
    public required string Description { get; init; }

    /// <summary>The text sent to the model.</summary>
    public required string Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Seed of this image; <c>null</c> when the model takes none.</summary>
    public int? Seed { get; init; }

    /// <summary>The reference image; <c>null</c> for text only.</summary>
    public CharacterReferenceId? ReferenceImageId { get; init; }

    /// <summary>The inputs that were sent to the model, by the model's own names, without the per-image seed.</summary>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters (by the contract's names) that the model does not accept and that were dropped.</summary>
    public required IReadOnlyList<string> ParametersDropped { get; init; }
}
