using System.Text.Json;

namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>The body of a create; unknown members are a 422, so <see cref="Version"/> is left out on the model route.</summary>
internal sealed record CreateBody(string? Version, IReadOnlyDictionary<string, JsonElement> Input);
