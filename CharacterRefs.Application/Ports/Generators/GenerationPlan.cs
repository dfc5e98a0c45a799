using System.Text.Json;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>A request that fits its model and may be paid for.</summary>
/// <param name="Model">As the request named it, or <c>placeholder</c>.</param>
/// <param name="ParametersUsed">
/// The inputs to send, by the model's own names, without the per-image seed. A reference image is <c>reference:{id}</c>, so that the inputs can be built
/// again from the record.
/// </param>
/// <param name="ParametersDropped">Parameters, by the contract's names, that the model does not take.</param>
/// <param name="UsesSeed">Whether the model accepts a seed.</param>
public sealed record GenerationPlan(
    string Model, IReadOnlyDictionary<string, JsonElement> ParametersUsed, IReadOnlyList<string> ParametersDropped, bool UsesSeed);
