namespace CharacterRefs.Application.References.Adoption;

/// <summary>The outcome for one image that a job has in the store.</summary>
/// <param name="AdoptedBytes">Its length when a row was added for it; <c>null</c> when it had one, or was left out.</param>
/// <param name="Rejection">Why it was left out, as a sentence; <c>null</c> when it was not.</param>
public sealed record JobImage(AssetKey Key, long? AdoptedBytes, string? Rejection)
{
    /// <summary>Whether the image is associated with the job now.</summary>
    public bool IsLinked { get; init; }
}
