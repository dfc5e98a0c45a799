namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>How one of the contract's parameters reaches a model.</summary>
/// <param name="Field">The contract's name.</param>
/// <param name="Choice">Reads the requested value; <c>null</c> when the request has none.</param>
/// <param name="MayBeChosen">Whether the contract allows this value in a request; models have further values, such as <c>match_input_image</c>.</param>
/// <param name="Targets">The models' names for it, best first; the first that a model knows is used.</param>
internal sealed record InputRule(string Field, Func<GenerationParameters, string?> Choice, Func<string, bool> MayBeChosen, IReadOnlyList<InputTarget> Targets);
