namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>A request in the model's own terms.</summary>
internal sealed record FittedInputs
{
    /// <summary>All inputs except the seed; a reference image is recorded by its mark, see <see cref="RecordedInputs"/>.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Values { get; init; }

    /// <summary>The contract's names of the parameters that are not sent.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    public required bool UsesSeed { get; init; }

    /// <summary>The inputs of one prediction.</summary>
    public Dictionary<string, JsonElement> For(int? seed, Func<CharacterReferenceId, string> urlOfReference) =>
        RecordedInputs.Build(Values, UsesSeed ? seed : null, urlOfReference);
}
