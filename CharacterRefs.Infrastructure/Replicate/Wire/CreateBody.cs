namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>The body of a create; unknown members are a 422, so <see cref="Version"/> is left out on the model route.</summary>
/// <param name="Version">Version id; <c>null</c> on the model's own route.</param>
/// <param name="Input">The model's inputs.</param>
/// <param name="Webhook">Where Replicate reports the end; <c>null</c> when nowhere.</param>
internal sealed record CreateBody(string? Version, IReadOnlyDictionary<string, JsonElement> Input, string? Webhook = null)
{
    /// <summary>Only the end is of interest.</summary>
    public string[]? WebhookEventsFilter => Webhook is null ? null : ["completed"];
}
