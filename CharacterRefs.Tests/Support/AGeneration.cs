using System.Text.Json;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Support;

/// <summary>Generations and slots for tests that do not care about their details.</summary>
internal static class AGeneration
{
    public static Generation Of(int slots, int? firstSeed = 42, string description = "A red knight with a lantern") => new()
    {
        Id = GenerationId.Create(AReference.Time),
        Description = description,
        Prompt = $"Reference of {description}.",
        Model = "owner/model",
        Flavor = "default",
        ParametersUsed = new Dictionary<string, JsonElement>
        {
            ["aspect_ratio"] = JsonSerializer.SerializeToElement("3:4"),
            ["steps"] = JsonSerializer.SerializeToElement(28),
        },
        ParametersDropped = [],
        CreatedAt = AReference.Time,
        Slots = [.. Enumerable.Range(0, slots).Select(index => Slot(index, firstSeed + index))],
    };

    public static GenerationSlot Slot(
        int index = 0, int? seed = 42, GenerationSlotState state = GenerationSlotState.Queued, CharacterReferenceId? imageId = null) =>
        new()
        {
            Index = index,
            ImageId = imageId ?? AReference.NewId(),
            Seed = seed,
            State = state,
            StartedAt = state is GenerationSlotState.Queued ? null : AReference.Time,
        };
}
