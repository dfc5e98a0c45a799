using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Generations;

/// <summary>The webhook of a final generation.</summary>
public static class GenerationWebhook
{
    /// <summary><c>generation.succeeded</c>, <c>.partial</c>, <c>.failed</c> or <c>.canceled</c>, with the ids to read the rest by.</summary>
    public static WebhookEvent Of(Generation generation, DateTimeOffset now)
    {
        var status = generation.Status.ToString().ToLowerInvariant();
        var data = new JsonObject
        {
            ["id"] = generation.Id.ToString(),
            ["status"] = status,
            ["url"] = $"/api/mv/generations/{generation.Id}",
            ["model_used"] = generation.Model,
            ["image_ids"] = new JsonArray([.. generation.Slots
                .Where(slot => slot.State is GenerationSlotState.Succeeded)
                .Select(slot => JsonValue.Create(slot.ImageId.ToString()))]),
            ["failures"] = new JsonArray([.. SlotFailure.Of(generation)
                .Select(failure => new JsonObject { ["index"] = failure.Index, ["error"] = failure.Error, ["detail"] = failure.Detail })]),
        };
        return new WebhookEvent($"generation.{status}", now, data);
    }
}
