using System.Text.Json;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Generations;

/// <summary>One generate request as it was accepted: recorded before the first paid call, so that nothing paid for is forgotten.</summary>
public sealed record Generation
{
    /// <summary>Identity.</summary>
    public required GenerationId Id { get; init; }

    /// <summary>The character as described, trimmed.</summary>
    public required string Description { get; init; }

    /// <summary>The text for the model.</summary>
    public required string Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The image whose character is drawn again; <c>null</c> without one.</summary>
    public CharacterReferenceId? ReferenceImageId { get; init; }

    /// <summary>Inputs by the model's own names, without the per-image seed.</summary>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters (by the contract's names) that the model does not know.</summary>
    public required IReadOnlyList<string> ParametersDropped { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>One per image asked for, by index.</summary>
    public required IReadOnlyList<GenerationSlot> Slots { get; init; }

    /// <summary>What the image of this slot was made from.</summary>
    public ReferenceProvenance ProvenanceOf(GenerationSlot slot) => new()
    {
        GenerationId = Id,
        SlotIndex = slot.Index,
        Description = Description,
        Prompt = Prompt,
        Model = Model,
        Seed = slot.Seed,
        ReferenceImageId = ReferenceImageId,
        ParametersUsed = ParametersUsed,
        ParametersDropped = ParametersDropped,
    };
}
