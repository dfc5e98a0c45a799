using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>An orphan in the store that was read and validated, with the row to add for it. Disposal removes the staged file unless it was published.</summary>
public sealed class AdoptedImage(AcceptedImage image, CharacterReference reference) : IDisposable
{
    /// <summary>The staged image.</summary>
    public AcceptedImage Image => image;

    /// <summary>The row to add, with the object as its persisted copy.</summary>
    public CharacterReference Reference => reference;

    /// <inheritdoc/>
    public void Dispose() => image.Dispose();
}
